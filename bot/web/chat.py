"""The chat page: its parts, how they are laid out, and which handler each event calls."""

from __future__ import annotations

import gradio as gr
from fastapi import FastAPI

from bot.answering.model import configured_model
from bot.feedback import COMMENT_CHARS, FeedbackStore
from bot.web import tools, translations, views
from bot.web.engine import Engine
from bot.web.export import Exports
from bot.web.handlers import Handlers
from bot.web.page import DressedPage
from bot.web.uploads import Uploads
from bot.web.words import words

_LOCALES = {
    "en": "en", "fr": "fr", "zh": "zh-Hans", "zh-CN": "zh-Hans", "zh-SG": "zh-Hans", "zh-Hans": "zh-Hans",
    "zh-TW": "zh-Hant", "zh-HK": "zh-Hant", "zh-MO": "zh-Hant", "zh-Hant": "zh-Hant",
}  # fmt: skip


def mount_chat(app: FastAPI, engine: Engine) -> FastAPI:
    """Mount the chat page at `/`, with the pages of uploaded files and exports that belong to it."""
    uploads = Uploads(engine.settings)
    exports = Exports()
    app.state.uploads = uploads
    app.include_router(views.router(uploads))
    app.include_router(translations.panel_router(uploads))
    app.include_router(exports.router())
    i18n = gr.I18n(**{locale: words(language) for locale, language in _LOCALES.items()})
    page = build(engine, Handlers(engine, uploads, FeedbackStore(engine.settings.data), exports), i18n)
    settings = engine.settings
    page.queue(max_size=settings.max_waiting + settings.max_concurrent, default_concurrency_limit=None)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        page,
        path="/",
        i18n=i18n,
        theme=_theme(),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        allowed_paths=[],
        max_file_size=settings.upload_bytes,
        mcp_server=True,
        favicon_path=None,
    )
    mounted.add_middleware(DressedPage, translates=configured_model(settings) is not None)
    return mounted


def build(engine: Engine, handlers: Handlers, i18n: gr.I18n) -> gr.Blocks:
    """Lay the page out and wire its events."""
    from bot.corpus import SUFFIXES

    uploading = engine.settings.upload_files > 0
    with gr.Blocks(
        title="Pinpoint", analytics_enabled=False, fill_height=True, fill_width=True, delete_cache=(600, 3600)
    ) as page:
        # book.js fills the first with what the browser keeps, reads from the second what to keep, and presses the third
        # when another tab has changed the list.
        store = gr.Textbox("", label="store", elem_id="pp-store", max_lines=1, lines=1)
        kept = gr.Markdown("", elem_id="pp-kept")
        refresh = gr.Button("refresh", elem_id="pp-refresh")
        rated = gr.State("")
        with gr.Sidebar(label=i18n("chat.menu"), width=292, elem_id="pp-sidebar"):
            gr.Markdown(
                '<a class="pp-brand" href="/"><img src="/ui/icon.svg" alt="" width="26" height="26">'
                "<span>Pinpoint</span></a>",
                elem_id="pp-brand",
            )
            new = gr.Button(i18n("chat.new"), size="md", elem_id="pp-new")
            conversations = gr.Radio([], label=i18n("chat.conversations"), elem_id="pp-conversations", visible=False)
            files = gr.Dropdown(
                [], label=i18n("chat.files"), info=i18n("chat.files_all"), multiselect=True, filterable=True,
                elem_id="pp-files",
            )  # fmt: skip
            with gr.Row(elem_id="pp-actions"):
                as_markdown = gr.Button(i18n("chat.export_markdown"), size="sm", elem_id="pp-export-markdown")
                as_json = gr.Button(i18n("chat.export_json"), size="sm", elem_id="pp-export-json")
                delete = gr.Button(i18n("chat.delete"), size="sm", elem_id="pp-delete")
            download = gr.Markdown("", elem_id="pp-download")
            gr.Button(i18n("chat.sources"), link="/sources", link_target="_self", size="sm", elem_id="pp-all-sources")
        with gr.Column(elem_id="pp-main"):
            chat = gr.Chatbot(
                label=i18n("chat.label"), show_label=False, elem_id="pp-chat", scale=1, height="100%", buttons=[],
                editable="user", layout="panel", latex_delimiters=[], feedback_options=("Like", "Dislike"),
                allow_tags=True, allow_file_downloads=False, group_consecutive_messages=False,
                placeholder=i18n("chat.welcome"),
            )  # fmt: skip
            comment = gr.Textbox(
                label=i18n("feedback.thanks"), placeholder=i18n("feedback.comment"), max_length=COMMENT_CHARS,
                submit_btn=True, lines=1, visible=False, elem_id="pp-comment",
            )  # fmt: skip
            box = gr.MultimodalTextbox(
                label=i18n("chat.question"), show_label=False, placeholder=i18n("chat.placeholder"), autofocus=True,
                sources=["upload"] if uploading else [], file_count="multiple", file_types=list(SUFFIXES),
                max_plain_text_length=engine.settings.question_chars, elem_id="pp-box",
            )  # fmt: skip
            model = gr.Markdown("", elem_id="pp-model")

        tools.register(engine)  # before the page's own events, which are private but would take the names
        quiet = {"api_visibility": "private", "show_progress": "hidden"}
        shown = [chat, box, kept, conversations]
        opened = [*shown, files, comment]
        running = [
            box.submit(handlers.ask, [box, store, files], shown, concurrency_limit=None, **quiet),
            chat.example_select(handlers.example, [store, files], shown, concurrency_limit=None, **quiet),
            chat.retry(handlers.retry, [store], shown, concurrency_limit=None, **quiet),
            chat.edit(handlers.edit, [store], shown, concurrency_limit=None, **quiet),
        ]
        # What runs is cancelled first and the handler follows, so that no late piece of an answer comes after it.
        for event, handler, inputs, outputs in (
            (box.stop, handlers.stop, [store], shown),
            (new.click, handlers.new, [store], opened),
            (conversations.input, handlers.select, [conversations, store], opened),
            (delete.click, handlers.delete, [store], opened),
            (chat.clear, handlers.clear, [store], opened),
        ):
            event(None, cancels=running, **quiet).then(handler, inputs, outputs, **quiet)
        refresh.click(handlers.refresh, [store], [conversations], **quiet)
        chat.like(handlers.like, [store], [kept, comment, rated], **quiet)
        comment.submit(handlers.comment, [comment, rated, store], [comment], **quiet)
        as_markdown.click(handlers.export_markdown, [store], [download], **quiet)
        as_json.click(handlers.export_json, [store], [download], **quiet)
        page.load(handlers.load, [store], [chat, conversations, files, model], **quiet)
    return page


def _theme() -> gr.themes.Base:
    """System fonts only; colours and measures come from the style sheet."""
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "sans-serif"]
    return gr.themes.Base(font=fonts, font_mono=["ui-monospace", "monospace"])
