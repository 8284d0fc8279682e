"""One typed object for everything that can be configured, read from the environment and a `.env` file."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import UsageError


class Settings(BaseSettings):
    """Read once at start and handed down by keyword; never changed afterwards."""

    model_config = SettingsConfigDict(
        env_prefix="PINPOINT_", env_file=".env", extra="ignore", frozen=True, populate_by_name=True
    )

    corpus: Path = Field(Path("seeds"), description="Folder of documents.")
    data: Path = Field(Path(".pinpoint"), description="Folder for the index, caches and feedback.")
    model: str | None = Field(None, description="`provider:name` of the chat model; unset means quoting.")
    embeddings: str = Field("bundled", description="`bundled`, or `provider:name` of an embedding model.")
    public_url: str | None = Field(None, description="Address of this server as readers see it; makes permalinks.")

    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(7860, ge=0, le=65535, description="Port the server listens on; 0 picks a free one.")
    api_token: SecretStr | None = Field(None, description="Bearer token required by the HTTP API, when set.")
    max_concurrent: int = Field(4, ge=1, description="Questions worked on at once; the others wait.")
    max_waiting: int = Field(256, ge=0, description="Questions that may wait; beyond that the server answers 503.")
    rate_limit: int = Field(1200, ge=1, description="Questions a minute from one address; beyond that it answers 429.")
    question_chars: int = Field(4000, ge=1, description="Longest question the server takes, in characters.")
    upload_bytes: int = Field(5 * 2**20, ge=1, description="Largest file that can be dropped into the chat.")
    upload_files: int = Field(10, ge=0, description="Most files in one conversation of the chat; 0 turns uploads off.")

    deadline: float = Field(60.0, gt=0, description="Seconds a written answer may take in all.")
    context_tokens: int = Field(6000, ge=256, description="Tokens of passages and history in a prompt.")
    answer_tokens: int = Field(800, ge=16, description="Tokens a model may write.")
    temperature: float = Field(0.0, ge=0, le=2, description="Sampling temperature of the chat model.")
    price_prompt: float | None = Field(None, ge=0, description="Price of a million prompt tokens.")
    price_completion: float | None = Field(None, ge=0, description="Price of a million completion tokens.")
    question_token_limit: int | None = Field(None, ge=1, description="Most tokens one question may spend.")
    daily_token_limit: int | None = Field(None, ge=1, description="Most tokens all questions of a day may spend.")

    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(None, validation_alias="OPENAI_BASE_URL")
    chroma_host: str | None = Field(
        None, validation_alias="CHROMA_HOST", description="`host`, `host:port` or URL of a Chroma server."
    )
    chroma_token: SecretStr | None = Field(
        None, validation_alias="CHROMA_TOKEN", description="Bearer token for the Chroma server."
    )
    chroma_tenant: str = Field(
        "default_tenant", validation_alias="CHROMA_TENANT", description="Tenant on the Chroma server."
    )
    chroma_database: str = Field(
        "default_database",
        validation_alias="CHROMA_DATABASE",
        description="Database on the Chroma server; each corpus needs its own.",
    )
    slack_bot_token: SecretStr | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, validation_alias="SLACK_SIGNING_SECRET")
    slack_webhook_url: SecretStr | None = Field(None, validation_alias="SLACK_WEBHOOK_URL")
    slack_api_url: str = Field(
        "https://slack.com/api/",
        validation_alias="SLACK_API_URL",
        description="Address of Slack's Web API; another one for GovSlack or behind a proxy.",
    )

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Read the settings, turning each wrong value into one sentence.

        Raises:
            UsageError: naming the variable and what is wrong with it.
        """
        try:
            return cls(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            name = "_".join(str(part) for part in first["loc"]).upper()
            variable = name if name.startswith(("OPENAI", "SLACK", "CHROMA")) else f"PINPOINT_{name}"
            raise UsageError(f"the setting {variable} is not valid: {first['msg']}; correct it and try again") from None
