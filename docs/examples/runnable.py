"""Put the whole chain into a LangChain pipeline."""

from langchain_core.runnables import RunnableLambda

from bot import Answer, Pinpoint, Settings


def sources(answer: Answer) -> list[str]:
    """Where the answer comes from."""
    return [f"{citation.file} ¶{citation.paragraph}" for citation in answer.citations]


chain = Pinpoint(Settings.load()).as_runnable() | RunnableLambda(sources)
print(chain.invoke("Where will the World AI Cooperation Organization be based?"))
