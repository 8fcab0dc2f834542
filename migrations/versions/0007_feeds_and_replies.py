"""Feeds to subscribe to, and what calendars answer to invites"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('feed',
    sa.Column('member_id', ROW, nullable=False),
    sa.Column('secret_hash', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_feed_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_feed')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_feed_secret_hash'))
    )
    op.create_table('seat_reply',
    sa.Column('id', ROW, nullable=False),
    sa.Column('seat_id', ROW, nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('stamped_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['seat_id'], ['seat.id'], name=op.f('fk_seat_reply_seat_id_seat'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seat_reply')),
    sa.UniqueConstraint('seat_id', 'sequence', 'stamped_at', name=op.f('uq_seat_reply_seat_id_sequence_stamped_at'))
    )
