"""The first schema"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('act', sa.String(), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('to_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('network', sa.String(), nullable=False),
    sa.Column('browser', sa.String(), nullable=False),
    sa.Column('kept_until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entry_at', ['at', 'id'], unique=False)
        batch_op.create_index('ix_audit_entry_by', ['by_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_kept_until'), ['kept_until'], unique=False)
        batch_op.create_index('ix_audit_entry_to', ['to_id', 'at'], unique=False)

    if op.get_context().dialect.name == "postgresql":
        op.execute("""CREATE FUNCTION flashmeet_keep_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' AND OLD.kept_until <= now() THEN RETURN OLD; END IF;
RAISE EXCEPTION 'the record is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$""")
        op.execute("""CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION flashmeet_keep_record()""")
        op.execute("""CREATE TRIGGER audit_entry_is_whole BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION flashmeet_keep_record()""")
    else:
        op.execute("""CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""")
        op.execute("""CREATE TRIGGER audit_entry_is_kept BEFORE DELETE ON audit_entry WHEN OLD.kept_until > datetime('now')
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""")
    op.create_table('backup_made',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_backup_made'))
    )
    op.create_table('blocked_number',
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('blocked_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('phone', name=op.f('pk_blocked_number'))
    )
    op.create_table('channel_trial',
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('through', sa.String(), nullable=False),
    sa.Column('fault', sa.String(), nullable=False),
    sa.Column('records', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('channel', name=op.f('pk_channel_trial'))
    )
    op.create_table('channel_state',
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('paced_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('away_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('probe_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('channel', name=op.f('pk_channel_state'))
    )
    op.create_table('delivery',
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('rank', sa.SmallInteger(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('ref', name=op.f('pk_delivery'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_told_at'), ['told_at'], unique=False)

    op.create_table('draft',
    sa.Column('key_hash', sa.String(), nullable=False),
    sa.Column('path', sa.String(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key_hash', name=op.f('pk_draft'))
    )
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draft_expires_at'), ['expires_at'], unique=False)

    op.create_table('duty_run',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reached', sa.String(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_duty_run'))
    )
    op.create_table('member',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('external_id', sa.String(), nullable=True),
    sa.Column('first_name', sa.String(), nullable=False),
    sa.Column('last_name', sa.String(), nullable=False),
    sa.Column('mentee', sa.Boolean(), nullable=False),
    sa.Column('mentor', sa.Boolean(), nullable=False),
    sa.Column('administrator', sa.Boolean(), nullable=False),
    sa.Column('office', sa.String(), nullable=True),
    sa.Column('approved', sa.Boolean(), nullable=False),
    sa.Column('suspended', sa.Boolean(), nullable=False),
    sa.Column('joining', sa.String(), nullable=True),
    sa.Column('tzid', sa.String(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=True),
    sa.Column('phone_verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sms_opt_in', sa.Boolean(), nullable=False),
    sa.Column('graduation_year', sa.Integer(), nullable=True),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('company', sa.String(), nullable=False),
    sa.Column('sector', sa.String(), nullable=False),
    sa.Column('headline', sa.String(), nullable=False),
    sa.Column('degree', sa.String(), nullable=False),
    sa.Column('offering', sa.String(), nullable=False),
    sa.Column('seeking', sa.String(), nullable=False),
    sa.Column('search_name', sa.String(), nullable=False),
    sa.Column('search_profile', sa.String(), nullable=False),
    sa.Column('company_key', sa.String(), nullable=False),
    sa.Column('sort_name', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('photo_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signed_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_on', sa.Date(), nullable=True),
    sa.Column('shows_activity', sa.Boolean(), nullable=False),
    sa.Column('factor_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('factor_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('link_generation', sa.Integer(), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('source', sa.String(), nullable=True),
    sa.Column('source_name', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member')),
    sa.UniqueConstraint('email', name=op.f('uq_member_email')),
    sa.UniqueConstraint('external_id', name=op.f('uq_member_external_id'))
    )
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_member_confirmed_at'), ['confirmed_at'], unique=False)
        batch_op.create_index('ix_member_mentor_approved', ['mentor', 'approved'], unique=False)
        batch_op.create_index('ix_member_source', ['source', 'source_name'], unique=False)

    op.create_table('rate_count',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_rate_count'))
    )
    with op.batch_alter_table('rate_count', schema=None) as batch_op:
        batch_op.create_index('ix_rate_count_expires_at', ['expires_at'], unique=False)

    op.create_table('revision',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision'))
    )
    op.create_table('setting',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_setting'))
    )
    op.create_table('theme',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('names', sa.JSON(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('regulated', sa.Boolean(), nullable=False),
    sa.Column('synonyms', sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('examples', sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('merged_into_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme')),
    sa.UniqueConstraint('slug', name=op.f('uq_theme_slug'))
    )
    with op.batch_alter_table('theme', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_theme_merged_into_id'), ['merged_into_id'], unique=False)

    op.create_table('address_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('before', sa.String(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_address_change_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address_change'))
    )
    with op.batch_alter_table('address_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_address_change_changed_at'), ['changed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_address_change_member_id'), ['member_id'], unique=False)

    op.create_table('address_code',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_address_code_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_address_code'))
    )
    with op.batch_alter_table('address_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_address_code_expires_at'), ['expires_at'], unique=False)

    op.create_table('erasure_code',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_erasure_code_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_erasure_code'))
    )
    with op.batch_alter_table('erasure_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erasure_code_expires_at'), ['expires_at'], unique=False)

    op.create_table('data_copy',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('content', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['member.id'], name=op.f('fk_data_copy_asked_by_id_member'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_data_copy_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_copy'))
    )
    with op.batch_alter_table('data_copy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_data_copy_made_at'), ['made_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_data_copy_member_id'), ['member_id'], unique=False)

    op.create_table('erasure',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_erasure_by_id_member'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_erasure_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_erasure'))
    )
    op.create_table('api_token',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('secret_hash', sa.String(), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('read_only', sa.Boolean(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_api_token_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_api_token_secret_hash'))
    )
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_token_member_id'), ['member_id'], unique=False)

    op.create_table('authenticator_app',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('secret', sa.String(), nullable=False),
    sa.Column('last_step', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_authenticator_app_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_authenticator_app'))
    )
    op.create_table('availability_rule',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('weekday', sa.SmallInteger(), nullable=False),
    sa.Column('start_minute', sa.SmallInteger(), nullable=False),
    sa.Column('end_minute', sa.SmallInteger(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_availability_rule_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_availability_rule'))
    )
    with op.batch_alter_table('availability_rule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_availability_rule_member_id'), ['member_id'], unique=False)

    op.create_table('calendar_account',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('secret', sa.String(), nullable=False),
    sa.Column('fault', sa.String(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_calendar_account_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_account'))
    )
    with op.batch_alter_table('calendar_account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_account_member_id'), ['member_id'], unique=False)

    op.create_table('date_override',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('date', sa.Date(), nullable=False),
    sa.Column('start_minute', sa.SmallInteger(), nullable=True),
    sa.Column('end_minute', sa.SmallInteger(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_date_override_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_date_override'))
    )
    with op.batch_alter_table('date_override', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_date_override_member_id'), ['member_id'], unique=False)

    op.create_table('day_offer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('date', sa.Date(), nullable=False),
    sa.Column('days', sa.SmallInteger(), nullable=False),
    sa.Column('tzid', sa.String(), nullable=False),
    sa.Column('start_minute', sa.SmallInteger(), nullable=False),
    sa.Column('end_minute', sa.SmallInteger(), nullable=False),
    sa.Column('breaks', sa.JSON(), nullable=False),
    sa.Column('mode', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('programme', sa.String(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('zone_data', sa.String(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_day_offer_mentor_id_member')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_day_offer_theme_id_theme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_day_offer'))
    )
    with op.batch_alter_table('day_offer', schema=None) as batch_op:
        batch_op.create_index('ix_day_offer_mentor', ['mentor_id', 'starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_day_offer_starts_at'), ['starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_day_offer_theme_id'), ['theme_id'], unique=False)
        batch_op.create_index('ix_day_offer_zone_data', ['zone_data', 'ends_at'], unique=False)

    op.create_table('dismissal',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_dismissal_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_dismissal_mentor_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'mentor_id', name=op.f('pk_dismissal'))
    )
    op.create_table('factor_challenge',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('nonce_hash', sa.String(), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('secret', sa.String(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_factor_challenge_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_factor_challenge')),
    sa.UniqueConstraint('nonce_hash', name=op.f('uq_factor_challenge_nonce_hash'))
    )
    with op.batch_alter_table('factor_challenge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_factor_challenge_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_factor_challenge_member_id'), ['member_id'], unique=False)

    op.create_table('feed',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('secret_hash', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_feed_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_feed')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_feed_secret_hash'))
    )
    op.create_table('idempotency_key',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('method', sa.String(), nullable=False),
    sa.Column('path', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('body_hash', sa.String(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('answer', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_idempotency_key_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'method', 'path', 'key', name=op.f('pk_idempotency_key'))
    )
    with op.batch_alter_table('idempotency_key', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_idempotency_key_created_at'), ['created_at'], unique=False)

    op.create_table('invitation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('approves', sa.Boolean(), nullable=False),
    sa.Column('most', sa.Integer(), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['member.id'], name=op.f('fk_invitation_created_by_id_member'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation'))
    )
    op.create_table('leave',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('pause', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_leave_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leave'))
    )
    with op.batch_alter_table('leave', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_leave_member_id'), ['member_id'], unique=False)

    op.create_table('import_heading',
    sa.Column('heading', sa.String(), nullable=False),
    sa.Column('meaning', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('heading', name=op.f('pk_import_heading'))
    )
    op.create_table('member_import',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('file_name', sa.String(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('plan', sa.JSON(), nullable=False),
    sa.Column('roles', sa.JSON(), nullable=False),
    sa.Column('approved', sa.Boolean(), nullable=False),
    sa.Column('update', sa.Boolean(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.Column('left_out', sa.Text(), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_member_import_by_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_import'))
    )
    with op.batch_alter_table('member_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_member_import_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_member_import_created_at'), ['created_at'], unique=False)

    op.create_table('login_session',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('secret_hash', sa.String(), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('browser', sa.String(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_login_session_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_session')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_login_session_secret_hash'))
    )
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_login_session_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_login_session_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_login_session_member_id'), ['member_id'], unique=False)

    op.create_table('mail_fault',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('failed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_mail_fault_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_mail_fault'))
    )
    op.create_table('member_block',
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('other_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_member_block_by_id_member')),
    sa.ForeignKeyConstraint(['other_id'], ['member.id'], name=op.f('fk_member_block_other_id_member')),
    sa.PrimaryKeyConstraint('by_id', 'other_id', name=op.f('pk_member_block'))
    )
    with op.batch_alter_table('member_block', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_member_block_other_id'), ['other_id'], unique=False)

    op.create_table('mentor_policy',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tzid', sa.String(), nullable=False),
    sa.Column('durations', sa.JSON(), nullable=False),
    sa.Column('start_every', sa.SmallInteger(), nullable=False),
    sa.Column('buffer_before', sa.SmallInteger(), nullable=False),
    sa.Column('buffer_after', sa.SmallInteger(), nullable=False),
    sa.Column('notice_minutes', sa.Integer(), nullable=False),
    sa.Column('horizon_days', sa.SmallInteger(), nullable=False),
    sa.Column('confirm', sa.String(), nullable=False),
    sa.Column('per_day', sa.SmallInteger(), nullable=True),
    sa.Column('per_week', sa.SmallInteger(), nullable=True),
    sa.Column('per_month', sa.SmallInteger(), nullable=True),
    sa.Column('ways', sa.JSON(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('openings_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('zone_data', sa.String(), server_default='', nullable=False),
    sa.Column('usual_notice_minutes', sa.Integer(), nullable=True),
    sa.Column('free_now_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('free_now_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_mentor_policy_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_mentor_policy'))
    )
    with op.batch_alter_table('mentor_policy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentor_policy_openings_due_at'), ['openings_due_at'], unique=False)
        batch_op.create_index('ix_mentor_policy_zone_data', ['zone_data', 'member_id'], unique=False)

    op.create_table('mentor_theme',
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('proof', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_mentor_theme_mentor_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_mentor_theme_theme_id_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('mentor_id', 'theme_id', name=op.f('pk_mentor_theme'))
    )
    with op.batch_alter_table('mentor_theme', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentor_theme_theme_id'), ['theme_id'], unique=False)

    op.create_table('theme_lead',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_theme_lead_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_lead_theme_id_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'theme_id', name=op.f('pk_theme_lead'))
    )
    with op.batch_alter_table('theme_lead', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_theme_lead_theme_id'), ['theme_id'], unique=False)

    op.create_table('campaign',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('start_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('gathered_to', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_campaign_by_id_member'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign')),
    sa.UniqueConstraint('kind', 'year', name=op.f('uq_campaign_kind_year'))
    )
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.create_index('ix_campaign_running', ['id'], unique=False, sqlite_where=sa.text("state IN ('running', 'undoing')"), postgresql_where=sa.text("state IN ('running', 'undoing')"))

    op.create_table('campaign_person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('writes', sa.Integer(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_person_campaign_id_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_campaign_person_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_person')),
    sa.UniqueConstraint('campaign_id', 'member_id', name=op.f('uq_campaign_person_campaign_id_member_id'))
    )
    with op.batch_alter_table('campaign_person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_person_added_at'), ['added_at'], unique=False)
        batch_op.create_index('ix_campaign_person_due', ['campaign_id', 'due_at', 'id'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
        batch_op.create_index('ix_campaign_person_member', ['member_id'], unique=False)

    op.create_table('campaign_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('written', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_campaign_day'))
    )
    op.create_table('nudge',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('idle', sa.Boolean(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_nudge_by_id_member'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_nudge_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_nudge_theme_id_theme'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nudge'))
    )
    with op.batch_alter_table('nudge', schema=None) as batch_op:
        batch_op.create_index('ix_nudge_member', ['member_id', 'sent_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_nudge_sent_at'), ['sent_at'], unique=False)

    op.create_table('proof_of_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('looked_at', sa.Integer(), nullable=False),
    sa.Column('broken', sa.Integer(), nullable=False),
    sa.Column('named', sa.JSON(), nullable=False),
    sa.Column('why', sa.JSON(), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('day', 'rule', name=op.f('pk_proof_of_day'))
    )
    op.create_table('nudge_rest',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_nudge_rest_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_nudge_rest'))
    )
    op.create_table('opening',
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rotation', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('free_until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_opening_mentor_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('theme_id', 'starts_at', 'rotation', 'mentor_id', name=op.f('pk_opening')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('opening', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opening_closes_at'), ['closes_at'], unique=False)
        batch_op.create_index('ix_opening_closes', ['closes_at'], unique=False)
        batch_op.create_index('ix_opening_mentor', ['mentor_id', 'theme_id', 'starts_at'], unique=False)

    op.create_table('outbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('lane', sa.String(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('urgency', sa.SmallInteger(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('not_after', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('doubts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('message_key', sa.String(), nullable=False),
    sa.Column('provider_ref', sa.String(), nullable=True),
    sa.Column('sent_to', sa.String(), server_default='', nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['recipient_id'], ['member.id'], name=op.f('fk_outbox_recipient_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('message_key', name=op.f('uq_outbox_message_key')),
    sa.UniqueConstraint('subject', 'version', 'recipient_id', 'channel', 'kind', name=op.f('uq_outbox_subject_version_recipient_id_channel_kind')),
    postgresql_with={'fillfactor': 45}
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_doubtful', ['channel', 'id'], unique=False, sqlite_where=sa.text("state IN ('sending', 'unknown')"), postgresql_where=sa.text("state IN ('sending', 'unknown')"))
        batch_op.create_index('ix_outbox_due', ['channel', 'urgency', 'due_at', 'id'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
        batch_op.create_index('ix_outbox_lane', ['lane', 'id'], unique=False, sqlite_where=sa.text('lane IS NOT NULL'), postgresql_where=sa.text('lane IS NOT NULL'))
        batch_op.create_index('ix_outbox_provider_ref', ['provider_ref'], unique=False, sqlite_where=sa.text('provider_ref IS NOT NULL'), postgresql_where=sa.text('provider_ref IS NOT NULL'))
        batch_op.create_index('ix_outbox_recipient', ['recipient_id', 'created_at'], unique=False)
        batch_op.create_index('ix_outbox_troubled', ['state', 'id'], unique=False, sqlite_where=sa.text("state IN ('unknown', 'refused', 'parked')"), postgresql_where=sa.text("state IN ('unknown', 'refused', 'parked')"))

    if op.get_context().dialect.name == "postgresql":
        op.execute("""
CREATE FUNCTION flashmeet_ring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('flashmeet_due', ''); RETURN NULL; END $$;
CREATE TRIGGER ring AFTER INSERT OR UPDATE OF due_at, state, lease_until ON outbox FOR EACH ROW
WHEN (NEW.state = 'waiting' AND NEW.lease_until IS NULL AND NEW.due_at <= now() + interval '30 seconds')
EXECUTE FUNCTION flashmeet_ring()
""")

    op.create_table('own_room',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_own_room_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_own_room'))
    )
    op.create_table('page_text',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['changed_by_id'], ['member.id'], name=op.f('fk_page_text_changed_by_id_member'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_page_text'))
    )
    op.create_table('passkey',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('credential_id', sa.String(), nullable=False),
    sa.Column('public_key', sa.String(), nullable=False),
    sa.Column('sign_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_passkey_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id'))
    )
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passkey_member_id'), ['member_id'], unique=False)

    op.create_table('phone_code',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_phone_code_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_phone_code'))
    )
    with op.batch_alter_table('phone_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phone_code_expires_at'), ['expires_at'], unique=False)

    op.create_table('picture',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_picture_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_picture'))
    )
    with op.batch_alter_table('picture', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_picture_member_id'), ['member_id'], unique=False)

    op.create_table('recovery_code',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_recovery_code_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code'))
    )
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_code_member_id'), ['member_id'], unique=False)

    op.create_table('bulk_act',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('hours', sa.String(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_bulk_act_by_id_member'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_bulk_act_theme_id_theme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk_act'))
    )
    with op.batch_alter_table('bulk_act', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulk_act_created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix_bulk_act_under_way', ['id'], unique=False, sqlite_where=sa.text("state IN ('running', 'undoing')"), postgresql_where=sa.text("state IN ('running', 'undoing')"))

    op.create_table('bulk_change',
    sa.Column('act_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['act_id'], ['bulk_act.id'], name=op.f('fk_bulk_change_act_id_bulk_act'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_bulk_change_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('act_id', 'member_id', name=op.f('pk_bulk_change'))
    )
    with op.batch_alter_table('bulk_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulk_change_member_id'), ['member_id'], unique=False)

    op.create_table('member_note',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_member_note_by_id_member'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_member_note_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_note'))
    )
    with op.batch_alter_table('member_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_member_note_member_id'), ['member_id'], unique=False)

    op.create_table('saved_view',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('page', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_saved_view_by_id_member'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view')),
    sa.UniqueConstraint('page', 'name', name=op.f('uq_saved_view_page_name'))
    )
    op.create_table('series',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mentee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('goals', sa.String(), nullable=False),
    sa.Column('rhythm_weeks', sa.SmallInteger(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('review_on', sa.Date(), nullable=False),
    sa.Column('reviewed_on', sa.Date(), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['mentee_id'], ['member.id'], name=op.f('fk_series_mentee_id_member')),
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_series_mentor_id_member')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['member.id'], name=op.f('fk_series_proposed_by_id_member')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_series_theme_id_theme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series'))
    )
    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_series_mentee_id'), ['mentee_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_series_mentor_id'), ['mentor_id'], unique=False)
        batch_op.create_index('ix_series_review', ['state', 'review_on'], unique=False)

    op.create_table('setting_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('after', sa.JSON(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['changed_by_id'], ['member.id'], name=op.f('fk_setting_change_changed_by_id_member'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_setting_change'))
    )
    with op.batch_alter_table('setting_change', schema=None) as batch_op:
        batch_op.create_index('ix_setting_change_name', ['name', 'id'], unique=False)

    op.create_table('sign_in_code',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('mailbox', sa.String(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_sign_in_code_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_code')),
    sa.UniqueConstraint('nonce', name=op.f('uq_sign_in_code_nonce'))
    )
    with op.batch_alter_table('sign_in_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_code_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sign_in_code_mailbox'), ['mailbox'], unique=False)
        batch_op.create_index(batch_op.f('ix_sign_in_code_member_id'), ['member_id'], unique=False)

    op.create_table('still_question',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_still_question_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_still_question'))
    )
    with op.batch_alter_table('still_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_still_question_member_id'), ['member_id'], unique=False)

    op.create_table('left_reply',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('sender', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('excerpt', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_left_reply')),
    sa.UniqueConstraint('channel', 'ref', name=op.f('uq_left_reply_channel_ref'))
    )
    with op.batch_alter_table('left_reply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_left_reply_at'), ['at'], unique=False)

    op.create_table('switched_off',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_switched_off_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'category', 'channel', name=op.f('pk_switched_off'))
    )
    op.create_table('terms',
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('commitments', sa.JSON(), nullable=False),
    sa.Column('announced_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('in_force_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('announced_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['announced_by_id'], ['member.id'], name=op.f('fk_terms_announced_by_id_member'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_terms'))
    )
    with op.batch_alter_table('terms', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_terms_in_force_at'), ['in_force_at'], unique=False)

    op.create_table('terms_notice',
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('told_to_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['version'], ['terms.version'], name=op.f('fk_terms_notice_version_terms')),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_terms_notice'))
    )

    op.create_table('theme_choice',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('term', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_theme_choice_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_choice_theme_id_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'term', name=op.f('pk_theme_choice'))
    )
    with op.batch_alter_table('theme_choice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_theme_choice_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_theme_choice_theme_id'), ['theme_id'], unique=False)

    op.create_table('theme_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_theme_event_by_id_member')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_event_theme_id_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_event'))
    )
    with op.batch_alter_table('theme_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_theme_event_theme_id'), ['theme_id'], unique=False)

    op.create_table('theme_invitation',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('unfit_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_theme_invitation_by_id_member')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_theme_invitation_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_invitation_theme_id_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'theme_id', name=op.f('pk_theme_invitation'))
    )
    with op.batch_alter_table('theme_invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_theme_invitation_theme_id'), ['theme_id'], unique=False)

    op.create_table('theme_proposal',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('term', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_theme_proposal_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'term', name=op.f('pk_theme_proposal'))
    )
    with op.batch_alter_table('theme_proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_theme_proposal_term'), ['term'], unique=False)

    op.create_table('theme_term',
    sa.Column('term', sa.String(), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_term_theme_id_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('term', name=op.f('pk_theme_term'))
    )
    with op.batch_alter_table('theme_term', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_theme_term_theme_id'), ['theme_id'], unique=False)

    op.create_table('unmet',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tell_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_unmet_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_unmet_theme_id_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'theme_id', 'day', name=op.f('pk_unmet'))
    )
    with op.batch_alter_table('unmet', schema=None) as batch_op:
        batch_op.create_index('ix_unmet_theme', ['theme_id', 'at'], unique=False)
        batch_op.create_index('ix_unmet_untold', ['theme_id', 'tell_at'], unique=False, sqlite_where=sa.text('tell_at IS NOT NULL AND told_at IS NULL'), postgresql_where=sa.text('tell_at IS NOT NULL AND told_at IS NULL'))

    op.create_table('booking',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('uid', sa.String(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mentee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('buffer_before', sa.SmallInteger(), nullable=False),
    sa.Column('buffer_after', sa.SmallInteger(), nullable=False),
    sa.Column('agreed_tzid', sa.String(), nullable=False),
    sa.Column('agreed_wall', sa.String(), nullable=False),
    sa.Column('mentee_tzid', sa.String(), server_default='', nullable=False),
    sa.Column('mentee_wall', sa.String(), server_default='', nullable=False),
    sa.Column('zone_data', sa.String(), server_default='', nullable=False),
    sa.Column('mode', sa.String(), nullable=False),
    sa.Column('need', sa.String(), nullable=False),
    sa.Column('good_hour', sa.String(), nullable=False),
    sa.Column('room', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agreed_sequence', sa.Integer(), server_default='0', nullable=False),
    sa.Column('stamped_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('cancel_reason', sa.String(), nullable=False),
    sa.Column('format', sa.String(), server_default='flash', nullable=False),
    sa.Column('relation', sa.String(), nullable=True),
    sa.Column('series_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('place', sa.String(), server_default='', nullable=False),
    sa.Column('mentor_phone', sa.String(), server_default='', nullable=False),
    sa.Column('mentee_phone', sa.String(), server_default='', nullable=False),
    sa.Column('day_offer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('solved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('follow_up_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_booking_ends_after_start')),
    sa.CheckConstraint('mentor_id <> mentee_id', name=op.f('ck_booking_two_people')),
    sa.ForeignKeyConstraint(['cancelled_by_id'], ['member.id'], name=op.f('fk_booking_cancelled_by_id_member')),
    sa.ForeignKeyConstraint(['day_offer_id'], ['day_offer.id'], name=op.f('fk_booking_day_offer_id_day_offer')),
    sa.ForeignKeyConstraint(['mentee_id'], ['member.id'], name=op.f('fk_booking_mentee_id_member')),
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_booking_mentor_id_member')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_booking_series_id_series')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_booking_theme_id_theme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking')),
    sa.UniqueConstraint('room', name=op.f('uq_booking_room')),
    sa.UniqueConstraint('uid', name=op.f('uq_booking_uid'))
    )
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_booking_day_offer_id'), ['day_offer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_booking_follow_up_at'), ['follow_up_at'], unique=False)
        batch_op.create_index('ix_booking_mentee', ['mentee_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_booking_mentor', ['mentor_id', 'starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_booking_series_id'), ['series_id'], unique=False)
        batch_op.create_index('ix_booking_status', ['status', 'ends_at'], unique=False)
        batch_op.create_index('ix_booking_theme', ['theme_id', 'created_at'], unique=False)
        batch_op.create_index('ix_booking_zone_data', ['zone_data', 'starts_at'], unique=False)

    op.create_table('calendar',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('remote_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('tzid', sa.String(), nullable=False),
    sa.Column('writable', sa.Boolean(), nullable=False),
    sa.Column('checks', sa.Boolean(), nullable=False),
    sa.Column('writes', sa.Boolean(), nullable=False),
    sa.Column('bare', sa.Boolean(), nullable=False),
    sa.Column('cancels', sa.Boolean(), nullable=False),
    sa.Column('may_be_empty', sa.Boolean(), nullable=False),
    sa.Column('cursor', sa.String(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_in_full_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('failing_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('fault', sa.String(), nullable=False),
    sa.Column('push', sa.JSON(), nullable=False),
    sa.Column('push_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('looked_at_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_tzid', sa.String(), server_default='', nullable=False),
    sa.Column('zone_data', sa.String(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['calendar_account.id'], name=op.f('fk_calendar_account_id_calendar_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_calendar_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar')),
    sa.UniqueConstraint('account_id', 'remote_id', name=op.f('uq_calendar_account_id_remote_id'))
    )
    with op.batch_alter_table('calendar', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_calendar_next_try_at'), ['next_try_at'], unique=False)
        batch_op.create_index('ix_calendar_zone_data', ['zone_data', 'next_try_at'], unique=False)
        batch_op.create_index('uq_calendar_writes', ['member_id'], unique=True, sqlite_where=sa.text('writes'), postgresql_where=sa.text('writes'))

    if op.get_context().dialect.name == "postgresql":
        op.execute("""
CREATE TRIGGER ring AFTER INSERT OR UPDATE OF next_try_at, checks, writes ON calendar FOR EACH ROW
WHEN (NEW.next_try_at <= now() + interval '30 seconds' AND (NEW.checks OR NEW.writes))
EXECUTE FUNCTION flashmeet_ring()
""")

    op.create_table('terms_acceptance',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_terms_acceptance_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version'], ['terms.version'], name=op.f('fk_terms_acceptance_version_terms')),
    sa.PrimaryKeyConstraint('member_id', 'version', name=op.f('pk_terms_acceptance'))
    )
    with op.batch_alter_table('terms_acceptance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_terms_acceptance_version'), ['version'], unique=False)

    op.create_table('busy_time',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('calendar_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('remote_id', sa.String(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendar.id'], name=op.f('fk_busy_time_calendar_id_calendar'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_busy_time_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_busy_time'))
    )
    with op.batch_alter_table('busy_time', schema=None) as batch_op:
        batch_op.create_index('ix_busy_time_item', ['calendar_id', 'remote_id'], unique=False)
        batch_op.create_index('ix_busy_time_member', ['member_id', 'starts_at'], unique=False)

    op.create_table('calendar_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('calendar_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('remote_id', sa.String(), nullable=False),
    sa.Column('etag', sa.String(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('conflict', sa.Boolean(), nullable=False),
    sa.Column('followed', sa.Boolean(), nullable=False),
    sa.Column('tried', sa.JSON(), server_default='{}', nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_calendar_event_booking_id_booking'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendar.id'], name=op.f('fk_calendar_event_calendar_id_calendar'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_event')),
    sa.UniqueConstraint('booking_id', 'calendar_id', name=op.f('uq_calendar_event_booking_id_calendar_id'))
    )
    with op.batch_alter_table('calendar_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_event_calendar_id'), ['calendar_id'], unique=False)

    op.create_table('calendar_item',
    sa.Column('calendar_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('remote_id', sa.String(), nullable=False),
    sa.Column('etag', sa.String(), nullable=False),
    sa.Column('uid', sa.String(), nullable=False),
    sa.Column('unread', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendar.id'], name=op.f('fk_calendar_item_calendar_id_calendar'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('calendar_id', 'remote_id', name=op.f('pk_calendar_item'))
    )
    op.create_table('calendar_question',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_calendar_question_booking_id_booking'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_calendar_question_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_question')),
    sa.UniqueConstraint('booking_id', 'member_id', 'kind', 'version', name=op.f('uq_calendar_question_booking_id_member_id_kind_version'))
    )
    with op.batch_alter_table('calendar_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_question_due_at'), ['due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_calendar_question_member_id'), ['member_id'], unique=False)

    op.create_table('coming',
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_coming_booking_id_booking'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_coming_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('booking_id', 'member_id', name=op.f('pk_coming'))
    )
    op.create_table('conduct_case',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('about_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('open_key', sa.String(), nullable=True),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('story', sa.String(), nullable=False),
    sa.Column('shared', sa.String(), nullable=False),
    sa.Column('frozen', sa.Boolean(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['about_id'], ['member.id'], name=op.f('fk_conduct_case_about_id_member')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_conduct_case_booking_id_booking')),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_conduct_case_by_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conduct_case')),
    sa.UniqueConstraint('open_key', name=op.f('uq_conduct_case_open_key'))
    )
    with op.batch_alter_table('conduct_case', schema=None) as batch_op:
        batch_op.create_index('ix_conduct_case_about', ['about_id', 'frozen'], unique=False)
        batch_op.create_index(batch_op.f('ix_conduct_case_booking_id'), ['booking_id'], unique=False)
        batch_op.create_index('ix_conduct_case_by', ['by_id', 'frozen'], unique=False)
        batch_op.create_index('ix_conduct_case_closed', ['closed_at', 'opened_at'], unique=False)

    op.create_table('confirmation',
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_confirmation_booking_id_booking'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('booking_id', 'starts_at', name=op.f('pk_confirmation'))
    )
    with op.batch_alter_table('confirmation', schema=None) as batch_op:
        batch_op.create_index('ix_confirmation_until', ['ended_at', 'until'], unique=False)

    op.create_table('later_answer',
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('days', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('line', sa.String(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_later_answer_booking_id_booking'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('booking_id', 'days', name=op.f('pk_later_answer'))
    )
    op.create_table('closed_hour_question',
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_closed_hour_question_booking_id_booking'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('booking_id', name=op.f('pk_closed_hour_question'))
    )
    op.create_table('leave_question',
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('leave_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_leave_question_booking_id_booking'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['leave_id'], ['leave.id'], name=op.f('fk_leave_question_leave_id_leave'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('booking_id', 'leave_id', name=op.f('pk_leave_question'))
    )
    with op.batch_alter_table('leave_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_leave_question_leave_id'), ['leave_id'], unique=False)

    op.create_table('mentoring_request',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('mentee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('need', sa.String(), nullable=False),
    sa.Column('good_hour', sa.String(), nullable=False),
    sa.Column('minutes', sa.SmallInteger(), nullable=False),
    sa.Column('mode', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('share_phone', sa.Boolean(), nullable=False),
    sa.Column('any_time', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('promised_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('nearness', sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('rhythm_weeks', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('series_ends_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_mentoring_request_booking_id_booking')),
    sa.ForeignKeyConstraint(['mentee_id'], ['member.id'], name=op.f('fk_mentoring_request_mentee_id_member')),
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_mentoring_request_mentor_id_member')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_mentoring_request_theme_id_theme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentoring_request'))
    )
    with op.batch_alter_table('mentoring_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentoring_request_booking_id'), ['booking_id'], unique=False)
        batch_op.create_index('ix_mentoring_request_due', ['state', 'due_at'], unique=False)
        batch_op.create_index('ix_mentoring_request_mentee', ['mentee_id', 'state'], unique=False)
        batch_op.create_index('ix_mentoring_request_theme', ['theme_id', 'created_at'], unique=False)
        batch_op.create_index('ix_mentoring_request_created', ['created_at'], unique=False)

    op.create_table('seat',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_seat_booking_id_booking'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_seat_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seat')),
    sa.UniqueConstraint('booking_id', 'member_id', name=op.f('uq_seat_booking_id_member_id'))
    )
    op.create_table('second_way',
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('way', sa.String(), nullable=False),
    sa.Column('mentor_shows_phone', sa.Boolean(), nullable=False),
    sa.Column('mentee_shows_phone', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_second_way_booking_id_booking'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('booking_id', name=op.f('pk_second_way'))
    )
    op.create_table('session_answer',
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('happened', sa.String(), nullable=False),
    sa.Column('clearer', sa.SmallInteger(), nullable=True),
    sa.Column('next_step', sa.String(), nullable=False),
    sa.Column('thanks', sa.String(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('clearer BETWEEN 1 AND 5', name=op.f('ck_session_answer_clearer_of_five')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_session_answer_booking_id_booking'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_session_answer_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('booking_id', 'member_id', name=op.f('pk_session_answer'))
    )
    with op.batch_alter_table('session_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_answer_member_id'), ['member_id'], unique=False)

    op.create_table('case_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_case_event_by_id_member')),
    sa.ForeignKeyConstraint(['case_id'], ['conduct_case.id'], name=op.f('fk_case_event_case_id_conduct_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_event'))
    )
    with op.batch_alter_table('case_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_event_case_id'), ['case_id'], unique=False)

    op.create_table('browser_hold',
    sa.Column('browser', sa.String(), nullable=False),
    sa.Column('sender', sa.String(), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_browser_hold_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_browser_hold_mentor_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('browser', name=op.f('pk_browser_hold')),
    sa.UniqueConstraint('mentor_id', 'starts_at', name=op.f('uq_browser_hold_mentor_id_starts_at'))
    )
    with op.batch_alter_table('browser_hold', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_browser_hold_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_browser_hold_member_id'), ['member_id'], unique=False)

    op.create_table('holder',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tzid', sa.String(), server_default='', nullable=False),
    sa.Column('wall', sa.String(), server_default='', nullable=False),
    sa.Column('zone_data', sa.String(), server_default='', nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_holder_booking_id_booking'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_holder_member_id_member')),
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_holder_mentor_id_member')),
    sa.ForeignKeyConstraint(['request_id'], ['mentoring_request.id'], name=op.f('fk_holder_request_id_mentoring_request'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holder')),
    sa.UniqueConstraint('booking_id', name=op.f('uq_holder_booking_id'))
    )
    with op.batch_alter_table('holder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_holder_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_holder_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_holder_request_id'), ['request_id'], unique=False)
        batch_op.create_index('ix_holder_zone_data', ['zone_data', 'starts_at'], unique=False)

    op.create_table('late_word',
    sa.Column('seat_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('minutes', sa.SmallInteger(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['seat_id'], ['seat.id'], name=op.f('fk_late_word_seat_id_seat'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('seat_id', name=op.f('pk_late_word'))
    )
    op.create_table('no_show',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('about_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['about_id'], ['member.id'], name=op.f('fk_no_show_about_id_member')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_no_show_booking_id_booking')),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_no_show_by_id_member')),
    sa.ForeignKeyConstraint(['case_id'], ['conduct_case.id'], name=op.f('fk_no_show_case_id_conduct_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_no_show')),
    sa.UniqueConstraint('booking_id', 'about_id', name=op.f('uq_no_show_booking_id_about_id'))
    )
    with op.batch_alter_table('no_show', schema=None) as batch_op:
        batch_op.create_index('ix_no_show_about', ['about_id', 'state', 'starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_no_show_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_no_show_until', ['state', 'until'], unique=False)

    op.create_table('presence',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seat_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_presence_booking_id_booking'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['seat_id'], ['seat.id'], name=op.f('fk_presence_seat_id_seat'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presence'))
    )
    with op.batch_alter_table('presence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_presence_booking_id'), ['booking_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_presence_seat_id'), ['seat_id'], unique=False)

    op.create_table('provider_visit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seat_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('provider', sa.String(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('visited_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('failed', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_provider_visit_booking_id_booking'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['seat_id'], ['seat.id'], name=op.f('fk_provider_visit_seat_id_seat'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_visit'))
    )
    with op.batch_alter_table('provider_visit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_provider_visit_booking_id'), ['booking_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_provider_visit_seat_id'), ['seat_id'], unique=False)

    op.create_table('request_ask',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('wave', sa.SmallInteger(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('unfit', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_request_ask_mentor_id_member')),
    sa.ForeignKeyConstraint(['request_id'], ['mentoring_request.id'], name=op.f('fk_request_ask_request_id_mentoring_request'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_ask')),
    sa.UniqueConstraint('request_id', 'mentor_id', name=op.f('uq_request_ask_request_id_mentor_id'))
    )
    with op.batch_alter_table('request_ask', schema=None) as batch_op:
        batch_op.create_index('ix_request_ask_due', ['state', 'due_at'], unique=False)
        batch_op.create_index('ix_request_ask_mentor', ['mentor_id', 'asked_at'], unique=False)

    op.create_table('request_question',
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reply', sa.String(), nullable=False),
    sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['ask_id'], ['request_ask.id'], name=op.f('fk_request_question_ask_id_request_ask'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('ask_id', name=op.f('pk_request_question'))
    )
    op.create_table('request_colleague',
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_request_colleague_by_id_member')),
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_request_colleague_mentor_id_member')),
    sa.ForeignKeyConstraint(['request_id'], ['mentoring_request.id'], name=op.f('fk_request_colleague_request_id_mentoring_request'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('request_id', 'mentor_id', name=op.f('pk_request_colleague'))
    )
    op.create_table('room_peer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seat_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('silent_since', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_room_peer_booking_id_booking'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['seat_id'], ['seat.id'], name=op.f('fk_room_peer_seat_id_seat'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room_peer')),
    sa.UniqueConstraint('key', name=op.f('uq_room_peer_key'))
    )
    with op.batch_alter_table('room_peer', schema=None) as batch_op:
        batch_op.create_index('ix_room_peer_booking', ['booking_id', 'seat_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_room_peer_seat_id'), ['seat_id'], unique=False)

    op.create_table('seat_reply',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seat_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('stamped_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('settled', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['seat_id'], ['seat.id'], name=op.f('fk_seat_reply_seat_id_seat'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seat_reply')),
    sa.UniqueConstraint('seat_id', 'sequence', 'stamped_at', name=op.f('uq_seat_reply_seat_id_sequence_stamped_at'))
    )
    op.create_table('thread_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['member.id'], name=op.f('fk_thread_file_author_id_member')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_thread_file_booking_id_booking'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_file')),
    sa.UniqueConstraint('booking_id', 'author_id', name=op.f('uq_thread_file_booking_id_author_id'))
    )
    op.create_table('thread_message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(booking_id IS NULL) <> (request_id IS NULL)', name=op.f('ck_thread_message_one_subject')),
    sa.ForeignKeyConstraint(['author_id'], ['member.id'], name=op.f('fk_thread_message_author_id_member')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_thread_message_booking_id_booking'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['request_id'], ['mentoring_request.id'], name=op.f('fk_thread_message_request_id_mentoring_request'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_message'))
    )
    with op.batch_alter_table('thread_message', schema=None) as batch_op:
        batch_op.create_index('ix_thread_message_booking', ['booking_id', 'id'], unique=False)
        batch_op.create_index('ix_thread_message_request', ['request_id', 'id'], unique=False)

    op.create_table('claim',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('tick', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('holder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['holder_id'], ['holder.id'], name=op.f('fk_claim_holder_id_holder'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_claim_member_id_member')),
    sa.PrimaryKeyConstraint('member_id', 'tick', name=op.f('pk_claim')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_holder_id'), ['holder_id'], unique=False)
        batch_op.create_index('ix_claim_tick', ['tick'], unique=False)

    op.create_table('hour_offer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('holder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['holder_id'], ['holder.id'], name=op.f('fk_hour_offer_holder_id_holder'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_hour_offer_mentor_id_member')),
    sa.ForeignKeyConstraint(['request_id'], ['mentoring_request.id'], name=op.f('fk_hour_offer_request_id_mentoring_request'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hour_offer')),
    sa.UniqueConstraint('request_id', 'mentor_id', 'starts_at', name=op.f('uq_hour_offer_request_id_mentor_id_starts_at'))
    )
    with op.batch_alter_table('hour_offer', schema=None) as batch_op:
        batch_op.create_index('ix_hour_offer_ends', ['state', 'ends_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_hour_offer_holder_id'), ['holder_id'], unique=False)

    op.create_table('quota_use',
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('ordinal', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('holder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['holder_id'], ['holder.id'], name=op.f('fk_quota_use_holder_id_holder'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['member.id'], name=op.f('fk_quota_use_owner_id_member')),
    sa.PrimaryKeyConstraint('owner_id', 'rule', 'period', 'ordinal', name=op.f('pk_quota_use'))
    )
    with op.batch_alter_table('quota_use', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quota_use_holder_id'), ['holder_id'], unique=False)

    op.create_table('request_time',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('holder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_request_time_by_id_member')),
    sa.ForeignKeyConstraint(['holder_id'], ['holder.id'], name=op.f('fk_request_time_holder_id_holder'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['request_id'], ['mentoring_request.id'], name=op.f('fk_request_time_request_id_mentoring_request'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_time')),
    sa.UniqueConstraint('request_id', 'by_id', 'starts_at', name=op.f('uq_request_time_request_id_by_id_starts_at'))
    )
    with op.batch_alter_table('request_time', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_request_time_holder_id'), ['holder_id'], unique=False)

    op.create_table('room_message',
    sa.Column('from_peer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('to_peer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['from_peer_id'], ['room_peer.id'], name=op.f('fk_room_message_from_peer_id_room_peer'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['to_peer_id'], ['room_peer.id'], name=op.f('fk_room_message_to_peer_id_room_peer'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('from_peer_id', 'number', name=op.f('pk_room_message'))
    )
    with op.batch_alter_table('room_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_room_message_to_peer_id'), ['to_peer_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('room_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_room_message_to_peer_id'))

    op.drop_table('room_message')
    with op.batch_alter_table('request_time', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_request_time_holder_id'))

    op.drop_table('request_time')
    with op.batch_alter_table('quota_use', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_quota_use_holder_id'))

    op.drop_table('quota_use')
    with op.batch_alter_table('hour_offer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hour_offer_holder_id'))
        batch_op.drop_index('ix_hour_offer_ends')

    op.drop_table('hour_offer')
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.drop_index('ix_claim_tick')
        batch_op.drop_index(batch_op.f('ix_claim_holder_id'))

    op.drop_table('claim')
    op.drop_table('thread_file')
    with op.batch_alter_table('thread_message', schema=None) as batch_op:
        batch_op.drop_index('ix_thread_message_request')
        batch_op.drop_index('ix_thread_message_booking')

    op.drop_table('thread_message')
    op.drop_table('seat_reply')
    with op.batch_alter_table('room_peer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_room_peer_seat_id'))
        batch_op.drop_index('ix_room_peer_booking')

    op.drop_table('room_peer')
    op.drop_table('request_colleague')
    op.drop_table('request_question')
    with op.batch_alter_table('request_ask', schema=None) as batch_op:
        batch_op.drop_index('ix_request_ask_mentor')
        batch_op.drop_index('ix_request_ask_due')

    op.drop_table('request_ask')
    with op.batch_alter_table('provider_visit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_provider_visit_seat_id'))
        batch_op.drop_index(batch_op.f('ix_provider_visit_booking_id'))

    op.drop_table('provider_visit')
    with op.batch_alter_table('presence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_presence_seat_id'))
        batch_op.drop_index(batch_op.f('ix_presence_booking_id'))

    op.drop_table('presence')
    with op.batch_alter_table('no_show', schema=None) as batch_op:
        batch_op.drop_index('ix_no_show_until')
        batch_op.drop_index(batch_op.f('ix_no_show_case_id'))
        batch_op.drop_index('ix_no_show_about')

    op.drop_table('no_show')
    op.drop_table('late_word')
    with op.batch_alter_table('holder', schema=None) as batch_op:
        batch_op.drop_index('ix_holder_zone_data')
        batch_op.drop_index(batch_op.f('ix_holder_request_id'))
        batch_op.drop_index(batch_op.f('ix_holder_member_id'))
        batch_op.drop_index(batch_op.f('ix_holder_expires_at'))

    op.drop_table('holder')
    with op.batch_alter_table('browser_hold', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_browser_hold_member_id'))
        batch_op.drop_index(batch_op.f('ix_browser_hold_expires_at'))

    op.drop_table('browser_hold')
    with op.batch_alter_table('case_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_event_case_id'))

    op.drop_table('case_event')
    with op.batch_alter_table('session_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_answer_member_id'))

    op.drop_table('session_answer')
    op.drop_table('second_way')
    op.drop_table('seat')
    with op.batch_alter_table('mentoring_request', schema=None) as batch_op:
        batch_op.drop_index('ix_mentoring_request_created')
        batch_op.drop_index('ix_mentoring_request_theme')
        batch_op.drop_index('ix_mentoring_request_mentee')
        batch_op.drop_index('ix_mentoring_request_due')
        batch_op.drop_index(batch_op.f('ix_mentoring_request_booking_id'))

    op.drop_table('mentoring_request')
    with op.batch_alter_table('leave_question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_leave_question_leave_id'))

    op.drop_table('leave_question')
    op.drop_table('closed_hour_question')
    op.drop_table('later_answer')
    with op.batch_alter_table('confirmation', schema=None) as batch_op:
        batch_op.drop_index('ix_confirmation_until')

    op.drop_table('confirmation')
    with op.batch_alter_table('conduct_case', schema=None) as batch_op:
        batch_op.drop_index('ix_conduct_case_closed')
        batch_op.drop_index('ix_conduct_case_by')
        batch_op.drop_index(batch_op.f('ix_conduct_case_booking_id'))
        batch_op.drop_index('ix_conduct_case_about')

    op.drop_table('conduct_case')
    op.drop_table('coming')
    with op.batch_alter_table('calendar_question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calendar_question_member_id'))
        batch_op.drop_index(batch_op.f('ix_calendar_question_due_at'))

    op.drop_table('calendar_question')
    op.drop_table('calendar_item')
    with op.batch_alter_table('calendar_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calendar_event_calendar_id'))

    op.drop_table('calendar_event')
    with op.batch_alter_table('busy_time', schema=None) as batch_op:
        batch_op.drop_index('ix_busy_time_member')
        batch_op.drop_index('ix_busy_time_item')

    op.drop_table('busy_time')
    with op.batch_alter_table('terms_acceptance', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_terms_acceptance_version'))

    op.drop_table('terms_acceptance')
    with op.batch_alter_table('calendar', schema=None) as batch_op:
        batch_op.drop_index('uq_calendar_writes', sqlite_where=sa.text('writes'), postgresql_where=sa.text('writes'))
        batch_op.drop_index('ix_calendar_zone_data')
        batch_op.drop_index(batch_op.f('ix_calendar_next_try_at'))
        batch_op.drop_index(batch_op.f('ix_calendar_member_id'))

    op.drop_table('calendar')
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.drop_index('ix_booking_zone_data')
        batch_op.drop_index('ix_booking_theme')
        batch_op.drop_index('ix_booking_status')
        batch_op.drop_index(batch_op.f('ix_booking_series_id'))
        batch_op.drop_index('ix_booking_mentor')
        batch_op.drop_index('ix_booking_mentee')
        batch_op.drop_index(batch_op.f('ix_booking_follow_up_at'))
        batch_op.drop_index(batch_op.f('ix_booking_day_offer_id'))

    op.drop_table('booking')
    with op.batch_alter_table('unmet', schema=None) as batch_op:
        batch_op.drop_index('ix_unmet_untold', sqlite_where=sa.text('tell_at IS NOT NULL AND told_at IS NULL'), postgresql_where=sa.text('tell_at IS NOT NULL AND told_at IS NULL'))
        batch_op.drop_index('ix_unmet_theme')

    op.drop_table('unmet')
    with op.batch_alter_table('theme_term', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_theme_term_theme_id'))

    op.drop_table('theme_term')
    with op.batch_alter_table('theme_proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_theme_proposal_term'))

    op.drop_table('theme_proposal')
    with op.batch_alter_table('theme_invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_theme_invitation_theme_id'))

    op.drop_table('theme_invitation')
    with op.batch_alter_table('theme_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_theme_event_theme_id'))

    op.drop_table('theme_event')
    with op.batch_alter_table('theme_choice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_theme_choice_theme_id'))
        batch_op.drop_index(batch_op.f('ix_theme_choice_at'))

    op.drop_table('theme_choice')
    op.drop_table('terms_notice')
    with op.batch_alter_table('terms', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_terms_in_force_at'))

    op.drop_table('terms')
    op.drop_table('switched_off')
    with op.batch_alter_table('left_reply', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_left_reply_at'))

    op.drop_table('left_reply')
    with op.batch_alter_table('still_question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_still_question_member_id'))

    op.drop_table('still_question')
    with op.batch_alter_table('sign_in_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_code_member_id'))
        batch_op.drop_index(batch_op.f('ix_sign_in_code_mailbox'))
        batch_op.drop_index(batch_op.f('ix_sign_in_code_expires_at'))

    op.drop_table('sign_in_code')
    with op.batch_alter_table('setting_change', schema=None) as batch_op:
        batch_op.drop_index('ix_setting_change_name')

    op.drop_table('setting_change')
    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.drop_index('ix_series_review')
        batch_op.drop_index(batch_op.f('ix_series_mentor_id'))
        batch_op.drop_index(batch_op.f('ix_series_mentee_id'))

    op.drop_table('series')
    op.drop_table('saved_view')
    with op.batch_alter_table('member_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_member_note_member_id'))

    op.drop_table('member_note')
    with op.batch_alter_table('bulk_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bulk_change_member_id'))

    op.drop_table('bulk_change')
    with op.batch_alter_table('bulk_act', schema=None) as batch_op:
        batch_op.drop_index('ix_bulk_act_under_way', sqlite_where=sa.text("state IN ('running', 'undoing')"), postgresql_where=sa.text("state IN ('running', 'undoing')"))
        batch_op.drop_index(batch_op.f('ix_bulk_act_created_at'))

    op.drop_table('bulk_act')
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recovery_code_member_id'))

    op.drop_table('recovery_code')
    with op.batch_alter_table('picture', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_picture_member_id'))

    op.drop_table('picture')
    with op.batch_alter_table('phone_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_phone_code_expires_at'))

    op.drop_table('phone_code')
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_passkey_member_id'))

    op.drop_table('passkey')
    op.drop_table('page_text')
    op.drop_table('own_room')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_troubled', sqlite_where=sa.text("state IN ('unknown', 'refused', 'parked')"), postgresql_where=sa.text("state IN ('unknown', 'refused', 'parked')"))
        batch_op.drop_index('ix_outbox_recipient')
        batch_op.drop_index('ix_outbox_provider_ref', sqlite_where=sa.text('provider_ref IS NOT NULL'), postgresql_where=sa.text('provider_ref IS NOT NULL'))
        batch_op.drop_index('ix_outbox_lane', sqlite_where=sa.text('lane IS NOT NULL'), postgresql_where=sa.text('lane IS NOT NULL'))
        batch_op.drop_index('ix_outbox_due', sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
        batch_op.drop_index('ix_outbox_doubtful', sqlite_where=sa.text("state IN ('sending', 'unknown')"), postgresql_where=sa.text("state IN ('sending', 'unknown')"))

    op.drop_table('outbox')
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION flashmeet_ring()")

    with op.batch_alter_table('opening', schema=None) as batch_op:
        batch_op.drop_index('ix_opening_mentor')
        batch_op.drop_index('ix_opening_closes')
        batch_op.drop_index(batch_op.f('ix_opening_closes_at'))

    op.drop_table('opening')
    op.drop_table('proof_of_day')
    op.drop_table('nudge_rest')
    op.drop_table('campaign_day')
    with op.batch_alter_table('campaign_person', schema=None) as batch_op:
        batch_op.drop_index('ix_campaign_person_member')
        batch_op.drop_index('ix_campaign_person_due', sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_campaign_person_added_at'))

    op.drop_table('campaign_person')
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.drop_index('ix_campaign_running', sqlite_where=sa.text("state IN ('running', 'undoing')"), postgresql_where=sa.text("state IN ('running', 'undoing')"))

    op.drop_table('campaign')
    with op.batch_alter_table('nudge', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_nudge_sent_at'))
        batch_op.drop_index('ix_nudge_member')

    op.drop_table('nudge')
    with op.batch_alter_table('theme_lead', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_theme_lead_theme_id'))

    op.drop_table('theme_lead')
    with op.batch_alter_table('mentor_theme', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mentor_theme_theme_id'))

    op.drop_table('mentor_theme')
    with op.batch_alter_table('mentor_policy', schema=None) as batch_op:
        batch_op.drop_index('ix_mentor_policy_zone_data')
        batch_op.drop_index(batch_op.f('ix_mentor_policy_openings_due_at'))

    op.drop_table('mentor_policy')
    with op.batch_alter_table('member_block', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_member_block_other_id'))

    op.drop_table('member_block')
    op.drop_table('mail_fault')
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_login_session_member_id'))
        batch_op.drop_index(batch_op.f('ix_login_session_expires_at'))
        batch_op.drop_index(batch_op.f('ix_login_session_created_at'))

    op.drop_table('login_session')
    with op.batch_alter_table('member_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_member_import_created_at'))
        batch_op.drop_index(batch_op.f('ix_member_import_by_id'))

    op.drop_table('member_import')
    op.drop_table('import_heading')
    with op.batch_alter_table('leave', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_leave_member_id'))

    op.drop_table('leave')
    op.drop_table('invitation')
    with op.batch_alter_table('idempotency_key', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_idempotency_key_created_at'))

    op.drop_table('idempotency_key')
    op.drop_table('feed')
    with op.batch_alter_table('factor_challenge', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_factor_challenge_member_id'))
        batch_op.drop_index(batch_op.f('ix_factor_challenge_expires_at'))

    op.drop_table('factor_challenge')
    op.drop_table('dismissal')
    with op.batch_alter_table('day_offer', schema=None) as batch_op:
        batch_op.drop_index('ix_day_offer_zone_data')
        batch_op.drop_index(batch_op.f('ix_day_offer_theme_id'))
        batch_op.drop_index(batch_op.f('ix_day_offer_starts_at'))
        batch_op.drop_index('ix_day_offer_mentor')

    op.drop_table('day_offer')
    with op.batch_alter_table('date_override', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_date_override_member_id'))

    op.drop_table('date_override')
    with op.batch_alter_table('calendar_account', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calendar_account_member_id'))

    op.drop_table('calendar_account')
    with op.batch_alter_table('availability_rule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_availability_rule_member_id'))

    op.drop_table('availability_rule')
    op.drop_table('authenticator_app')
    op.drop_table('erasure')
    with op.batch_alter_table('data_copy', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_data_copy_member_id'))
        batch_op.drop_index(batch_op.f('ix_data_copy_made_at'))

    op.drop_table('data_copy')
    with op.batch_alter_table('erasure_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erasure_code_expires_at'))

    op.drop_table('erasure_code')
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_api_token_member_id'))

    op.drop_table('api_token')
    with op.batch_alter_table('address_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_address_code_expires_at'))

    op.drop_table('address_code')
    with op.batch_alter_table('address_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_address_change_member_id'))
        batch_op.drop_index(batch_op.f('ix_address_change_changed_at'))

    op.drop_table('address_change')
    with op.batch_alter_table('theme', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_theme_merged_into_id'))

    op.drop_table('theme')
    op.drop_table('setting')
    op.drop_table('revision')
    with op.batch_alter_table('rate_count', schema=None) as batch_op:
        batch_op.drop_index('ix_rate_count_expires_at')

    op.drop_table('rate_count')
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.drop_index('ix_member_source')
        batch_op.drop_index('ix_member_mentor_approved')
        batch_op.drop_index(batch_op.f('ix_member_confirmed_at'))

    op.drop_table('member')
    op.drop_table('duty_run')
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_draft_expires_at'))

    op.drop_table('draft')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_told_at'))

    op.drop_table('delivery')
    op.drop_table('channel_state')
    op.drop_table('channel_trial')
    op.drop_table('blocked_number')
    op.drop_table('backup_made')

    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entry_to')
        batch_op.drop_index(batch_op.f('ix_audit_entry_kept_until'))
        batch_op.drop_index('ix_audit_entry_by')
        batch_op.drop_index('ix_audit_entry_at')

    op.drop_table('audit_entry')
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION flashmeet_keep_record()")
