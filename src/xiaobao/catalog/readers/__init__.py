"""One reader a kind of catalog file; `xiaobao.catalog.reading` puts them together."""
