"""The settings, read once from the environment, typed. Each is documented in docs/reference/settings.md."""

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from limner.contracts.complaint import sentence
from limner.contracts.fault import InvalidField

PREFIX = "LIMNER_"
_FOR_TESTS = "LIMNER_TEST_"
_PACKAGE = Path(__file__).parent


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "limner"


class Config(BaseModel):
    """Every setting. The field ``port`` is the environment variable ``LIMNER_PORT``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(default_factory=_data_home, description="The data folder: database, pictures, models.")
    host: str = Field("127.0.0.1", description="The address to listen on; only this machine's own for now.")
    port: int = Field(8480, ge=0, le=65535, description="The port to listen on; 0 takes any that is free.")
    engines: tuple[str, ...] = Field(("diffusion",), description="Which engines run, separated by commas.")
    device: str = Field("auto", description="Where models run: auto, cpu, cuda or cuda:N.")
    threads: int | None = Field(None, ge=1, description="Threads for arithmetic; left out: the free cores.")
    slots: int = Field(1, ge=1, le=64, description="How many jobs run at once.")
    model_memory_mb: int | None = Field(
        None, ge=1, description="Memory for loaded models, in MB; left out: 60 % of what is free at the start."
    )
    stall_s: float = Field(300, gt=0, description="A job that says nothing for so many seconds is stopped.")

    @field_validator("engines", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
        )

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("device")
    @classmethod
    def _device(cls, device: str) -> str:
        if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", device):
            raise ValueError(f"has to be auto, cpu, cuda or cuda:N, not '{device}'")
        return device

    @field_validator("host")
    @classmethod
    def _loopback(cls, host: str) -> str:
        if host == "localhost":
            return host
        try:
            if ipaddress.ip_address(host).is_loopback:
                return host
        except ValueError:
            raise ValueError(f"has to be an IP address, not '{host}'") from None
        raise ValueError(
            f"is {host}, which other machines can reach; there are no accounts yet, so Limner listens on "
            "127.0.0.1 only. To reach it from elsewhere, use an SSH tunnel"
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the settings in *environment*. Raises InvalidField naming the variable that is wrong."""
        known = {PREFIX + name.upper() for name in cls.model_fields}
        for variable in environment:
            if variable.startswith(PREFIX) and variable not in known and not variable.startswith(_FOR_TESTS):
                raise InvalidField(f"{variable} is no setting of Limner.", field=variable)
        given = {
            name: environment[PREFIX + name.upper()]
            for name in cls.model_fields
            if environment.get(PREFIX + name.upper(), "") != ""
        }
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            variable = PREFIX + str(first["loc"][0]).upper()
            raise InvalidField(sentence(first, variable), field=variable) from None

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "limner.sqlite3"

    @property
    def files(self) -> Path:
        """Where pictures and uploads are kept, outside of what any web server serves by itself."""
        return self.home / "files"

    @property
    def models(self) -> Path:
        """Where a person puts models of their own."""
        return self.home / "models"

    @property
    def cache(self) -> Path:
        """What may be thrown away."""
        return self.home / "cache"

    @property
    def model_folders(self) -> tuple[Path, ...]:
        """Where models are looked for: the person's own first, then the shipped ones."""
        return (self.models, shipped_models())


def shipped_models() -> Path:
    """Return the folder of the models that come with Limner: in the wheel, or beside ``src`` in a checkout."""
    installed = _PACKAGE / "models"
    return installed if installed.is_dir() else _PACKAGE.parent.parent / "models"
