"""Themes"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('dismissal',
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mentor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_dismissal_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_dismissal_mentor_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'mentor_id', name=op.f('pk_dismissal'))
    )
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

    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.add_column(sa.Column('format', sa.String(), server_default='flash', nullable=False))
        batch_op.add_column(sa.Column('relation', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('relation_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('place', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('mentor_phone', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('mentee_phone', sa.String(), server_default='', nullable=False))
        batch_op.create_index('ix_booking_theme', ['theme_id', 'created_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_booking_relation_by_id_member'), 'member', ['relation_by_id'], ['id'])

    with op.batch_alter_table('theme', schema=None) as batch_op:
        batch_op.add_column(sa.Column('synonyms', sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
        batch_op.add_column(sa.Column('examples', sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
        batch_op.add_column(sa.Column('merged_into_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index(batch_op.f('ix_theme_merged_into_id'), ['merged_into_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('theme', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_theme_merged_into_id'))
        batch_op.drop_column('merged_into_id')
        batch_op.drop_column('examples')
        batch_op.drop_column('synonyms')

    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_booking_relation_by_id_member'), type_='foreignkey')
        batch_op.drop_index('ix_booking_theme')
        batch_op.drop_column('mentee_phone')
        batch_op.drop_column('mentor_phone')
        batch_op.drop_column('place')
        batch_op.drop_column('relation_by_id')
        batch_op.drop_column('relation')
        batch_op.drop_column('format')

    with op.batch_alter_table('unmet', schema=None) as batch_op:
        batch_op.drop_index('ix_unmet_untold', sqlite_where=sa.text('tell_at IS NOT NULL AND told_at IS NULL'), postgresql_where=sa.text('tell_at IS NOT NULL AND told_at IS NULL'))
        batch_op.drop_index('ix_unmet_theme')

    op.drop_table('unmet')
    with op.batch_alter_table('theme_proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_theme_proposal_term'))

    op.drop_table('theme_proposal')
    with op.batch_alter_table('theme_invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_theme_invitation_theme_id'))

    op.drop_table('theme_invitation')
    with op.batch_alter_table('theme_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_theme_event_theme_id'))

    op.drop_table('theme_event')
    op.drop_table('dismissal')
