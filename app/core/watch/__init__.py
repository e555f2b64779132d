"""The watch over an installation: what is measured (`facts`, `figures`), from when it is wrong (`limits`), what is
said and advised (`rules`). Pages, commands and the address for Prometheus stand in `app/desk`."""
