# Builds all our own MCP servers. The build context is a folder with server.mjs (one of dist/mcps/*.mjs) and this file.
# No RUN, because the base image may have no shell.
ARG BASE=node:24-slim
FROM ${BASE}
COPY server.mjs /app/server.mjs
USER 1000:1000
EXPOSE 8888
ENTRYPOINT ["node", "/app/server.mjs"]
