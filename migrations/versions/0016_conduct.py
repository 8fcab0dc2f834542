"""Conduct"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_confirmation_booking_id_booking'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('booking_id', 'starts_at', name=op.f('pk_confirmation'))
    )
    with op.batch_alter_table('confirmation', schema=None) as batch_op:
        batch_op.create_index('ix_confirmation_until', ['ended_at', 'until'], unique=False)

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
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
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



def downgrade() -> None:
    with op.batch_alter_table('no_show', schema=None) as batch_op:
        batch_op.drop_index('ix_no_show_until')
        batch_op.drop_index(batch_op.f('ix_no_show_case_id'))
        batch_op.drop_index('ix_no_show_about')

    op.drop_table('no_show')
    with op.batch_alter_table('case_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_event_case_id'))

    op.drop_table('case_event')
    with op.batch_alter_table('confirmation', schema=None) as batch_op:
        batch_op.drop_index('ix_confirmation_until')

    op.drop_table('confirmation')
    with op.batch_alter_table('conduct_case', schema=None) as batch_op:
        batch_op.drop_index('ix_conduct_case_closed')
        batch_op.drop_index('ix_conduct_case_by')
        batch_op.drop_index(batch_op.f('ix_conduct_case_booking_id'))
        batch_op.drop_index('ix_conduct_case_about')

    op.drop_table('conduct_case')
    with op.batch_alter_table('member_block', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_member_block_other_id'))

    op.drop_table('member_block')
