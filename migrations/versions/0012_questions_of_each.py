"""Both people of a session may be asked about it at once; what was being written into a calendar is kept in mind"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

OLD, NEW = 'uq_calendar_question_booking_id_kind_version', 'uq_calendar_question_booking_id_member_id_kind_version'


def upgrade() -> None:
    with op.batch_alter_table('calendar_question', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(OLD), type_='unique')
        batch_op.create_unique_constraint(batch_op.f(NEW), ['booking_id', 'member_id', 'kind', 'version'])

    op.add_column('calendar_event', sa.Column('tried', sa.JSON(), server_default='{}', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('calendar_event', schema=None) as batch_op:
        batch_op.drop_column('tried')

    with op.batch_alter_table('calendar_question', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(NEW), type_='unique')
        batch_op.create_unique_constraint(batch_op.f(OLD), ['booking_id', 'kind', 'version'])
