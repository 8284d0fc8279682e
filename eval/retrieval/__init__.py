"""The retrieval benchmark: mixed-language corpora from SQuAD files, and the usual recipes on the same embeddings."""
