# Builds the image of an MCP server from a PyPI package and its lock. Nothing is fetched when it starts.
# Each RUN is in exec form, because the images may have no shell.
ARG BASE=node:24-slim
ARG PYTHON=python:3.12-slim
ARG UV=ghcr.io/astral-sh/uv:0.13.9

FROM ${UV} AS uv
FROM ${BASE} AS node

FROM ${PYTHON} AS tools
USER 0
COPY install.py /build/install.py
WORKDIR /app/package

FROM tools AS locking
COPY plan.json /build/plan.json
COPY in.txt ./
RUN --mount=type=bind,from=uv,source=/uv,target=/build/uv --mount=type=cache,target=/root/.cache/uv \
    --mount=type=secret,id=variables --mount=type=secret,id=uvtoml --mount=type=secret,id=ca \
    ["python3", "/build/install.py", "lock"]

FROM scratch AS lock
COPY --from=locking /app/package/out.txt /out.txt

FROM tools AS installing
COPY plan.json /build/plan.json
COPY requirements.txt ./
RUN --mount=type=bind,from=uv,source=/uv,target=/build/uv --mount=type=cache,target=/root/.cache/uv \
    --mount=type=secret,id=variables --mount=type=secret,id=uvtoml --mount=type=secret,id=ca \
    ["python3", "/build/install.py", "install"]

FROM ${PYTHON}
# The bridge is a Node program.
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=installing /app/package /app/package
COPY bridge.mjs /app/bridge.mjs
USER 1000:1000
EXPOSE 8888
ENTRYPOINT ["/usr/local/bin/node", "/app/bridge.mjs", "/app/package/server"]
