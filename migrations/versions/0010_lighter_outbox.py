"""An outbox whose leases touch no index"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

DOUBTFUL, LANED, NAMED = "state IN ('sending', 'unknown')", 'lane IS NOT NULL', 'provider_ref IS NOT NULL'


def _index(name: str, columns: list[str], where: str) -> None:
    op.drop_index(name, table_name='outbox')
    op.create_index(name, 'outbox', columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    _index('ix_outbox_doubtful', ['channel', 'id'], DOUBTFUL)
    _index('ix_outbox_lane', ['lane', 'id'], LANED)
    _index('ix_outbox_provider_ref', ['provider_ref'], NAMED)
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE outbox SET (fillfactor = 45)')


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE outbox RESET (fillfactor)')
    _index('ix_outbox_doubtful', ['channel', 'lease_until'], DOUBTFUL)
    for name, columns in (('ix_outbox_lane', ['lane', 'id']), ('ix_outbox_provider_ref', ['provider_ref'])):
        op.drop_index(name, table_name='outbox')
        op.create_index(name, 'outbox', columns)
