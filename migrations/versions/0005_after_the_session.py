"""Providers, own rooms, and answers after a session

Revision ID: 0005
Revises: 0001
Create Date: 2026-11-25

"""
from alembic import op
import sqlalchemy as sa


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('own_room',
    sa.Column('member_id', BIG, nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_own_room_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_own_room'))
    )
    op.create_table('provider_visit',
    sa.Column('id', BIG, nullable=False),
    sa.Column('booking_id', BIG, nullable=False),
    sa.Column('seat_id', BIG, nullable=False),
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

    op.create_table('session_answer',
    sa.Column('booking_id', BIG, nullable=False),
    sa.Column('member_id', BIG, nullable=False),
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
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.create_index('ix_booking_status', ['status', 'ends_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.drop_index('ix_booking_status')
    op.drop_table('session_answer')
    op.drop_table('provider_visit')
    op.drop_table('own_room')
