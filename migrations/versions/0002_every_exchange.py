"""Every exchange: inverse contracts, and position modes that are a symbol's own

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-21 00:45:00

"""
from alembic import op
import sqlalchemy as sa


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        'symbol_rules',
        sa.Column('contract_value', sa.Numeric(precision=28, scale=12), server_default='0', nullable=False),
    )
    op.add_column('account_symbol_settings', sa.Column('position_mode', sa.String(length=8), nullable=True))
    op.create_check_constraint(
        op.f('ck_account_symbol_settings_position_mode'),
        'account_symbol_settings',
        "position_mode IN ('one_way', 'hedge')",
    )
    # Which exchanges there are is a setting now.
    op.drop_constraint(op.f('ck_exchange_accounts_exchange'), 'exchange_accounts')
    op.create_check_constraint(
        op.f('ck_exchange_accounts_exchange'), 'exchange_accounts', "exchange ~ '^[a-z0-9]{2,16}$'"
    )
    # Versions of an API were stored for exchanges that have none.
    op.execute("UPDATE exchange_accounts SET api_version = '' WHERE exchange <> 'bitget'")


def downgrade():
    op.drop_constraint(op.f('ck_exchange_accounts_exchange'), 'exchange_accounts')
    op.create_check_constraint(
        op.f('ck_exchange_accounts_exchange'), 'exchange_accounts',
        "exchange IN ('binance', 'bitget', 'phemex', 'magnr')",
    )
    op.drop_constraint(op.f('ck_account_symbol_settings_position_mode'), 'account_symbol_settings')
    op.drop_column('account_symbol_settings', 'position_mode')
    op.drop_column('symbol_rules', 'contract_value')
