# An image with nothing in it but the program and the roots that it trusts: no shell, no package, no root user.
#
#   docker build .                                                       builds the program too
#   docker build --build-arg PROGRAM=context --build-arg BASE=scratch .  takes contactcenter_exporter from this folder (make
#                                                                     build): nothing is pulled, and so there are no roots
ARG PROGRAM=source
ARG BASE=gcr.io/distroless/static-debian12:nonroot

FROM golang:1.26 AS source
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=unknown
ARG REVISION=unknown
RUN make build VERSION="$VERSION" REVISION="$REVISION" && install -D contactcenter_exporter /out/bin/contactcenter_exporter && install -d /out/data

FROM scratch AS context
COPY contactcenter_exporter /out/bin/contactcenter_exporter
WORKDIR /out/data

FROM ${PROGRAM} AS built

FROM ${BASE}
COPY --from=built /out/bin/contactcenter_exporter /bin/contactcenter_exporter
COPY --from=built --chown=65532:65532 /out/data /data
USER 65532:65532
WORKDIR /
VOLUME ["/data"]
EXPOSE 9925
ENTRYPOINT ["/bin/contactcenter_exporter"]
CMD ["serve", "--config.file=/etc/contactcenter/contactcenter.yml", "--state.dir=/data"]
