# Builds the image of an MCP server from an npm package and its lock. Nothing is fetched when it starts.
# Each RUN is in exec form, because the images may have no shell.
ARG BASE=node:24-slim
ARG NPM=node:24-slim

FROM ${NPM} AS tools
USER 0
COPY install.mjs /build/install.mjs
WORKDIR /app/package

FROM tools AS locking
COPY plan.json /build/plan.json
COPY package.json ./
RUN --mount=type=secret,id=variables --mount=type=secret,id=npmrc --mount=type=secret,id=ca --mount=type=cache,target=/root/.npm \
    ["node", "/build/install.mjs", "lock"]

FROM scratch AS lock
COPY --from=locking /app/package/package-lock.json /package-lock.json

FROM tools AS installing
COPY plan.json /build/plan.json
COPY package.json package-lock.json ./
RUN --mount=type=secret,id=variables --mount=type=secret,id=npmrc --mount=type=secret,id=ca --mount=type=cache,target=/root/.npm \
    ["node", "/build/install.mjs", "install"]

FROM ${BASE}
COPY --from=installing /app/package /app/package
COPY bridge.mjs /app/bridge.mjs
USER 1000:1000
EXPOSE 8888
ENTRYPOINT ["node", "/app/bridge.mjs", "node", "/app/package/server"]
