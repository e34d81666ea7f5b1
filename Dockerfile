# A worker: Node and Stepwright. It opens its sandboxes on the engine it is given:
#   docker run --rm -v /var/run/docker.sock:/var/run/docker.sock -v "$PWD/runs:/app/runs" stepwright doctor
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=secret,id=extra_ca NODE_EXTRA_CA_CERTS=/run/secrets/extra_ca npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY bin bin
COPY envs envs
COPY tasks tasks
COPY trajectories trajectories
COPY students students
ENTRYPOINT ["node", "bin/stepwright.mjs"]
