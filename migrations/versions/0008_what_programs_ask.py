"""What programs ask for, sizes of trades by hand in other measures than quote, and signals that nobody is shown

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-21 10:10:00

"""
from alembic import context, op
import sqlalchemy as sa


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

MONEY = sa.Numeric(precision=28, scale=12)


def upgrade():
    op.create_table(
        'instructions',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('api_key_id', sa.BigInteger(), nullable=True),
        sa.Column('webhook_token_id', sa.BigInteger(), nullable=True),
        sa.Column('kind', sa.String(length=6), nullable=False),
        sa.Column('action', sa.String(length=5), nullable=False),
        sa.Column('word', sa.String(length=11), nullable=False),
        sa.Column('market', sa.String(length=8), nullable=True),
        sa.Column('symbol', sa.String(length=32), nullable=True),
        sa.Column('side', sa.String(length=4), nullable=True),
        sa.Column('entry_type', sa.String(length=8), nullable=True),
        sa.Column('quantity', MONEY, nullable=True),
        sa.Column('risk_percent', MONEY, nullable=True),
        sa.Column('price', MONEY, nullable=True),
        sa.Column('leverage', sa.Integer(), nullable=True),
        sa.Column('stop', MONEY, nullable=True),
        sa.Column('target', MONEY, nullable=True),
        sa.Column('stop_is_ours', sa.Boolean(), server_default='false', nullable=False),
        sa.Column('target_is_ours', sa.Boolean(), server_default='false', nullable=False),
        sa.Column('reduce_only', sa.Boolean(), server_default='false', nullable=False),
        sa.Column('comment', sa.String(length=200), server_default='', nullable=False),
        sa.Column('account_id', sa.BigInteger(), nullable=True),
        sa.Column('signal_id', sa.BigInteger(), nullable=True),
        sa.Column('processed_users', sa.Integer(), server_default='0', nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.CheckConstraint("kind IN ('signal', 'order')", name=op.f('ck_instructions_kind')),
        sa.CheckConstraint("action IN ('open', 'close')", name=op.f('ck_instructions_action')),
        sa.CheckConstraint("market IN ('spot', 'futures')", name=op.f('ck_instructions_market')),
        sa.CheckConstraint("side IN ('BUY', 'SELL')", name=op.f('ck_instructions_side')),
        sa.CheckConstraint("entry_type IN ('LIMIT', 'MARKET')", name=op.f('ck_instructions_entry_type')),
        sa.CheckConstraint('quantity > 0', name=op.f('ck_instructions_quantity_positive')),
        sa.CheckConstraint('price > 0', name=op.f('ck_instructions_price_positive')),
        sa.CheckConstraint('stop > 0', name=op.f('ck_instructions_stop_positive')),
        sa.CheckConstraint('target > 0', name=op.f('ck_instructions_target_positive')),
        sa.CheckConstraint(
            'risk_percent > 0 AND risk_percent <= 100', name=op.f('ck_instructions_risk_percent_range')
        ),
        sa.CheckConstraint('leverage BETWEEN 1 AND 125', name=op.f('ck_instructions_leverage_range')),
        sa.CheckConstraint('num_nonnulls(api_key_id, webhook_token_id) <= 1', name=op.f('ck_instructions_one_door')),
        sa.CheckConstraint(
            "(action = 'open') = (signal_id IS NOT NULL)", name=op.f('ck_instructions_opening_is_a_signal')
        ),
        sa.CheckConstraint(
            "action = 'close' OR num_nulls(market, symbol, side, entry_type, price, stop, target) = 0",
            name=op.f('ck_instructions_opening_is_whole'),
        ),
        sa.CheckConstraint('processed_users >= 0', name=op.f('ck_instructions_processed_users_count')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_instructions_user_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(
            ['api_key_id'], ['api_keys.id'], name=op.f('fk_instructions_api_key_id'), ondelete='SET NULL'
        ),
        sa.ForeignKeyConstraint(
            ['webhook_token_id'], ['webhook_tokens.id'], name=op.f('fk_instructions_webhook_token_id'),
            ondelete='SET NULL',
        ),
        sa.ForeignKeyConstraint(
            ['account_id'], ['exchange_accounts.id'], name=op.f('fk_instructions_account_id'), ondelete='SET NULL'
        ),
        sa.ForeignKeyConstraint(
            ['signal_id'], ['signals.id'], name=op.f('fk_instructions_signal_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_instructions')),
    )
    op.create_index('ix_instructions_user_id_id', 'instructions', ['user_id', 'id'])
    op.create_index('ix_instructions_account_id', 'instructions', ['account_id'])

    op.add_column('signals', sa.Column('is_private', sa.Boolean(), server_default='false', nullable=False))
    op.create_check_constraint(
        op.f('ck_signals_private_is_unlisted'), 'signals', 'NOT is_private OR deleted_at IS NOT NULL'
    )

    op.drop_constraint(op.f('ck_deliveries_trade_quote_positive'), 'deliveries')
    op.alter_column('deliveries', 'trade_quote', new_column_name='trade_value')
    op.add_column('deliveries', sa.Column('trade_sizing', sa.String(length=8), nullable=True))
    op.execute("UPDATE deliveries SET trade_sizing = 'quote' WHERE trade_value IS NOT NULL")
    op.create_check_constraint(op.f('ck_deliveries_trade_value_positive'), 'deliveries', 'trade_value > 0')
    op.create_check_constraint(
        op.f('ck_deliveries_trade_sizing'), 'deliveries', "trade_sizing IN ('quote', 'quantity', 'percent')"
    )
    op.create_check_constraint(
        op.f('ck_deliveries_trade_sizing_and_value'), 'deliveries', 'num_nulls(trade_sizing, trade_value) IN (0, 2)'
    )
    op.add_column('deliveries', sa.Column('closing_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f('fk_deliveries_closing_id'), 'deliveries', 'instructions', ['closing_id'], ['id'], ondelete='SET NULL'
    )
    op.create_index(
        'ix_deliveries_closing_id', 'deliveries', ['closing_id'],
        postgresql_where=sa.text('closing_id IS NOT NULL'),
    )


UNSENT = """
    SELECT count(*) FROM deliveries WHERE trade_sizing <> 'quote' AND state IN ('queued', 'sending', 'unknown')
"""
"""What may still be sized, or sized again: a percentage or a quantity would be read as an amount of quote."""


def downgrade():
    unsent = 0 if context.is_offline_mode() else op.get_bind().scalar(sa.text(UNSENT))
    if unsent:
        raise RuntimeError(
            f'{unsent} deliveries that a percentage or a quantity sizes are not certain to be sent yet, and before '
            '0008 that number would be an amount of money. Nothing was changed. Stop the web, let the workers settle '
            'them, and do it again.'
        )
    op.drop_index('ix_deliveries_closing_id', table_name='deliveries')
    op.drop_column('deliveries', 'closing_id')
    op.drop_constraint(op.f('ck_deliveries_trade_sizing_and_value'), 'deliveries')
    op.drop_column('deliveries', 'trade_sizing')
    op.drop_constraint(op.f('ck_deliveries_trade_value_positive'), 'deliveries')
    op.alter_column('deliveries', 'trade_value', new_column_name='trade_quote')
    op.create_check_constraint(op.f('ck_deliveries_trade_quote_positive'), 'deliveries', 'trade_quote > 0')
    op.drop_constraint(op.f('ck_signals_private_is_unlisted'), 'signals')
    op.drop_column('signals', 'is_private')
    op.drop_table('instructions')
