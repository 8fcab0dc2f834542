"""A series of hours, and what came of an hour"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['ended_by_id'], ['member.id'], name=op.f('fk_series_ended_by_id_member')),
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

    op.create_table('later_answer',
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('days', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('line', sa.String(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_later_answer_booking_id_booking'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('booking_id', 'days', name=op.f('pk_later_answer'))
    )
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.add_column(sa.Column('series_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index(batch_op.f('ix_booking_series_id'), ['series_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_booking_series_id_series'), 'series', ['series_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_booking_series_id_series'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_booking_series_id'))
        batch_op.drop_column('series_id')

    op.drop_table('later_answer')
    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.drop_index('ix_series_review')
        batch_op.drop_index(batch_op.f('ix_series_mentor_id'))
        batch_op.drop_index(batch_op.f('ix_series_mentee_id'))

    op.drop_table('series')
