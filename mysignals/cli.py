"""Commands for operators: `flask --app run ...`."""

from __future__ import annotations

import secrets

import click
from flask import Flask
from flask.cli import with_appcontext

from mysignals.deploy_command import deploy_contract
from mysignals.embedded.keys import vault_pair


def register_commands(app: Flask) -> None:
    """Called by the application factory."""
    app.cli.add_command(make_registrar)
    app.cli.add_command(make_keys)
    app.cli.add_command(deploy_contract)


def commands_alone() -> Flask:
    """An application that knows nothing but the commands, for those that need no settings."""
    app = Flask("mysignals")
    register_commands(app)
    return app


@click.command("make-registrar")
@click.argument("email")
@with_appcontext
def make_registrar(email: str) -> None:
    """Make the registered person with this EMAIL a registrar."""
    from mysignals.services import people

    try:
        people.make_registrar(email)
    except people.NoSuchUser as error:
        raise click.ClickException(f"nobody is registered as {email}; register first, then repeat this") from error
    click.echo(f"{email} is a registrar")


@click.command("make-keys")
def make_keys() -> None:
    """Print a new pair of vault keys and a new secret key, as lines for an environment file."""
    public, private = vault_pair()
    click.echo(f"SECRET_KEY={secrets.token_hex(32)}")
    click.echo(f"VAULT_PUBLIC_KEY={public}")
    click.echo(f"# Workers only: the web must not be able to open what it has sealed.\nVAULT_PRIVATE_KEY={private}")
