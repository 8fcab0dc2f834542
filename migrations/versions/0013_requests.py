"""Requests, whom they went to, and hours offered to a queue"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
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

    op.create_table('request_ask',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('wave', sa.SmallInteger(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
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

    op.create_table('request_colleague',
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_request_colleague_by_id_member')),
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_request_colleague_mentor_id_member')),
    sa.ForeignKeyConstraint(['request_id'], ['mentoring_request.id'], name=op.f('fk_request_colleague_request_id_mentoring_request'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('request_id', 'mentor_id', name=op.f('pk_request_colleague'))
    )
    op.create_table('hour_offer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('offered_at', sa.DateTime(timezone=True), nullable=False),
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

    with op.batch_alter_table('holder', schema=None) as batch_op:
        batch_op.add_column(sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index(batch_op.f('ix_holder_request_id'), ['request_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_holder_request_id_mentoring_request'), 'mentoring_request', ['request_id'], ['id'], ondelete='CASCADE')



def downgrade() -> None:
    with op.batch_alter_table('holder', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_holder_request_id_mentoring_request'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_holder_request_id'))
        batch_op.drop_column('request_id')

    with op.batch_alter_table('request_time', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_request_time_holder_id'))

    op.drop_table('request_time')
    with op.batch_alter_table('hour_offer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hour_offer_holder_id'))
        batch_op.drop_index('ix_hour_offer_ends')

    op.drop_table('hour_offer')
    op.drop_table('request_colleague')
    with op.batch_alter_table('request_ask', schema=None) as batch_op:
        batch_op.drop_index('ix_request_ask_mentor')
        batch_op.drop_index('ix_request_ask_due')

    op.drop_table('request_ask')
    with op.batch_alter_table('mentoring_request', schema=None) as batch_op:
        batch_op.drop_index('ix_mentoring_request_theme')
        batch_op.drop_index('ix_mentoring_request_mentee')
        batch_op.drop_index('ix_mentoring_request_due')
        batch_op.drop_index(batch_op.f('ix_mentoring_request_booking_id'))

    op.drop_table('mentoring_request')
    with op.batch_alter_table('still_question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_still_question_member_id'))

    op.drop_table('still_question')
