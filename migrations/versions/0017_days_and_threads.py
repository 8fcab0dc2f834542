"""Day offers and threads"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    sa.ForeignKeyConstraint(['mentor_id'], ['member.id'], name=op.f('fk_day_offer_mentor_id_member')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_day_offer_theme_id_theme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_day_offer'))
    )
    with op.batch_alter_table('day_offer', schema=None) as batch_op:
        batch_op.create_index('ix_day_offer_mentor', ['mentor_id', 'starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_day_offer_starts_at'), ['starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_day_offer_theme_id'), ['theme_id'], unique=False)

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

    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.add_column(sa.Column('day_offer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('solved_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_booking_day_offer_id'), ['day_offer_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_booking_day_offer_id_day_offer'), 'day_offer', ['day_offer_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_booking_day_offer_id_day_offer'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_booking_day_offer_id'))
        batch_op.drop_column('solved_at')
        batch_op.drop_column('day_offer_id')

    with op.batch_alter_table('thread_message', schema=None) as batch_op:
        batch_op.drop_index('ix_thread_message_request')
        batch_op.drop_index('ix_thread_message_booking')

    op.drop_table('thread_message')
    with op.batch_alter_table('day_offer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_day_offer_theme_id'))
        batch_op.drop_index(batch_op.f('ix_day_offer_starts_at'))
        batch_op.drop_index('ix_day_offer_mentor')

    op.drop_table('day_offer')
