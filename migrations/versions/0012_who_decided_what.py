"""Who decided what about whom, and people who are kept out

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-21 15:00:00

"""
from alembic import context, op
import sqlalchemy as sa


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('activate', 'already_registered', 'application_refused', 'keys_changed', 'new_device', "
    "'otp_changed', 'password_changed', 'provider_approved', 'reset')"
)
KINDS_NOW = (
    "kind IN ('activate', 'already_registered', 'application_refused', 'blocked', 'keys_changed', 'new_device', "
    "'otp_changed', 'password_changed', 'provider_approved', 'reset', 'unblocked')"
)
BLOCKED = "SELECT count(*) FROM users WHERE blocked_at IS NOT NULL"
KEEP = """
    CREATE FUNCTION keep_audit_entries() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'audit entries are never changed' USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER keep_audit_entries BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
        FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_entries();
"""


def upgrade():
    op.create_table(
        'audit_entries',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('actor_id', sa.BigInteger(), nullable=True),
        sa.Column('actor_name', sa.String(length=64), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=False),
        sa.Column('person_name', sa.String(length=64), nullable=False),
        sa.Column('deed', sa.String(length=16), nullable=False),
        sa.Column('was', sa.String(length=64), nullable=False),
        sa.Column('became', sa.String(length=64), nullable=False),
        sa.Column('reason', sa.String(length=300), server_default='', nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.CheckConstraint(
            "deed IN ('role', 'plan', 'application', 'block', 'unblock')", name=op.f('ck_audit_entries_deed')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries')),
    )
    op.create_index('ix_audit_entries_person_id_id', 'audit_entries', ['person_id', 'id'])
    op.create_index('ix_audit_entries_actor_id_id', 'audit_entries', ['actor_id', 'id'])
    op.create_index('ix_audit_entries_deed_id', 'audit_entries', ['deed', 'id'])
    op.execute(KEEP)
    op.add_column('users', sa.Column('blocked_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('users', sa.Column('blocked_why', sa.String(length=300), server_default='', nullable=False))
    op.drop_constraint(op.f('ck_outgoing_mails_kind'), 'outgoing_mails')
    op.create_check_constraint(op.f('ck_outgoing_mails_kind'), 'outgoing_mails', KINDS_NOW)


def downgrade():
    """Refuses while somebody is blocked: without the column they would be let in again."""
    blocked = 0 if context.is_offline_mode() else op.get_bind().scalar(sa.text(BLOCKED))
    if blocked:
        raise RuntimeError(
            f'{blocked} people are blocked, and before 0012 they would be let in again. Nothing was changed. '
            'Unblock them, and do it again.'
        )
    op.execute("DELETE FROM outgoing_mails WHERE kind IN ('blocked', 'unblocked')")
    op.drop_constraint(op.f('ck_outgoing_mails_kind'), 'outgoing_mails')
    op.create_check_constraint(op.f('ck_outgoing_mails_kind'), 'outgoing_mails', KINDS)
    op.drop_column('users', 'blocked_why')
    op.drop_column('users', 'blocked_at')
    op.execute('DROP TRIGGER keep_audit_entries ON audit_entries')
    op.execute('DROP FUNCTION keep_audit_entries')
    op.drop_index('ix_audit_entries_deed_id', table_name='audit_entries')
    op.drop_index('ix_audit_entries_actor_id_id', table_name='audit_entries')
    op.drop_index('ix_audit_entries_person_id_id', table_name='audit_entries')
    op.drop_table('audit_entries')
