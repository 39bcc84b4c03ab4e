# An image with nothing in it but the program and the roots that it trusts: no shell, no package, no root user.
#
#   docker build .                                                       builds the program too; also --platform linux/amd64,linux/arm64
#   docker build --build-arg PROGRAM=context --build-arg BASE=scratch .  takes contactcenter_exporter from this folder (make
#                                                                     build): nothing is pulled, and so there are no roots
ARG PROGRAM=source
ARG BASE=gcr.io/distroless/static-debian12:nonroot

FROM --platform=$BUILDPLATFORM golang:1.26 AS source
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=unknown
ARG REVISION=unknown
ARG TARGETOS
ARG TARGETARCH
RUN GOOS="$TARGETOS" GOARCH="$TARGETARCH" make build VERSION="$VERSION" REVISION="$REVISION" && install -D contactcenter_exporter /out/bin/contactcenter_exporter && install -d /out/data

FROM scratch AS context
COPY contactcenter_exporter /out/bin/contactcenter_exporter
WORKDIR /out/data

FROM ${PROGRAM} AS built

FROM ${BASE}
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=
LABEL org.opencontainers.image.title="contactcenter_exporter" \
      org.opencontainers.image.description="Prometheus and OpenTelemetry exporter for LivePerson and LiveVox" \
      org.opencontainers.image.url="https://github.com/contactcenter-exporter/contactcenter_exporter" \
      org.opencontainers.image.source="https://github.com/contactcenter-exporter/contactcenter_exporter" \
      org.opencontainers.image.documentation="https://github.com/contactcenter-exporter/contactcenter_exporter/blob/main/README.md" \
      org.opencontainers.image.vendor="The contactcenter_exporter authors" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
COPY --from=built /out/bin/contactcenter_exporter /bin/contactcenter_exporter
COPY --from=built --chown=65532:65532 /out/data /data
USER 65532:65532
WORKDIR /
VOLUME ["/data"]
EXPOSE 9925
ENTRYPOINT ["/bin/contactcenter_exporter"]
CMD ["serve", "--config.file=/etc/contactcenter/contactcenter.yml", "--state.dir=/data"]
