"""A ledger of drifts: where an exchange and our books differ, and when we last looked

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-21 03:50:00

"""
from alembic import op
import sqlalchemy as sa


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
MONEY = sa.Numeric(precision=28, scale=12)


def upgrade():
    op.create_table(
        'drifts',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('account_id', sa.BigInteger(), nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('market', sa.String(length=8), nullable=False),
        sa.Column('symbol', sa.String(length=32), nullable=False),
        sa.Column('side', sa.String(length=5), nullable=False),
        sa.Column('expected', MONEY, nullable=False),
        sa.Column('actual', MONEY, nullable=False),
        sa.Column('difference', MONEY, nullable=False),
        sa.Column('cause', sa.String(length=16), nullable=False),
        sa.Column('message', sa.String(length=600), nullable=False),
        sa.Column('repair', sa.String(length=8), nullable=False),
        sa.Column('state', sa.String(length=12), server_default='seen', nullable=False),
        sa.Column('client_order_id', sa.String(length=64), nullable=True),
        sa.Column('exchange_order_id', sa.String(length=64), nullable=True),
        sa.Column('first_seen_at', MOMENT, server_default=sa.text('now()'), nullable=False),
        sa.Column('seen_at', MOMENT, server_default=sa.text('now()'), nullable=False),
        sa.Column('decided_at', MOMENT, nullable=True),
        sa.Column('ended_at', MOMENT, nullable=True),
        sa.Column('held_by', sa.String(length=32), nullable=True),
        sa.Column('held_until', MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('position', 'order')", name=op.f('ck_drifts_kind')),
        sa.CheckConstraint("market IN ('spot', 'futures')", name=op.f('ck_drifts_market')),
        sa.CheckConstraint(
            "cause IN ('closed_by_hand', 'opened_by_hand', 'unexplained', 'orphan_exit', 'unknown_entry', "
            "'foreign_order')",
            name=op.f('ck_drifts_cause'),
        ),
        sa.CheckConstraint("repair IN ('adopt', 'close', 'cancel', 'none')", name=op.f('ck_drifts_repair')),
        sa.CheckConstraint(
            "state IN ('seen', 'open', 'approved', 'repaired', 'dismissed', 'gone', 'failed')",
            name=op.f('ck_drifts_state'),
        ),
        sa.CheckConstraint("difference = actual - expected", name=op.f('ck_drifts_difference')),
        sa.CheckConstraint(
            "CASE kind WHEN 'order' THEN side IN ('BUY', 'SELL') AND exchange_order_id IS NOT NULL "
            "ELSE side IN ('both', 'long', 'short') AND exchange_order_id IS NULL END",
            name=op.f('ck_drifts_side'),
        ),
        sa.CheckConstraint(
            "state NOT IN ('seen', 'open', 'approved') OR ended_at IS NULL",
            name=op.f('ck_drifts_undecided_is_open'),
        ),
        sa.CheckConstraint(
            "state NOT IN ('repaired', 'gone', 'failed') OR ended_at IS NOT NULL",
            name=op.f('ck_drifts_end_has_a_time'),
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR repair <> 'none'", name=op.f('ck_drifts_approved_has_a_repair')
        ),
        sa.ForeignKeyConstraint(
            ['account_id', 'user_id'], ['exchange_accounts.id', 'exchange_accounts.user_id'],
            name='drift_account_and_owner', ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_drifts')),
    )
    op.create_index('ix_drifts_user_id_id', 'drifts', ['user_id', 'id'])
    op.create_index(
        'uq_drifts_not_ended', 'drifts',
        [
            'account_id', 'market', 'symbol', 'side', sa.text("coalesce(exchange_order_id, '')"),
            sa.text("coalesce(client_order_id, '')"),
        ],
        unique=True, postgresql_where=sa.text('ended_at IS NULL'),
    )
    op.create_table(
        'account_audits',
        sa.Column('account_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('begun_at', MOMENT, nullable=False),
        sa.Column('done_at', MOMENT, nullable=True),
        sa.Column('live_at', MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ['account_id'], ['exchange_accounts.id'], name=op.f('fk_account_audits_account_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('account_id', name=op.f('pk_account_audits')),
    )


def downgrade():
    op.drop_table('account_audits')
    op.drop_table('drifts')
