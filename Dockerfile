# The final stage takes a binary from the context (make build), so that an image
# can be made where no base image can be pulled. BASE may be any image without
# need of a shell, such as gcr.io/distroless/static-debian12:nonroot.
ARG BASE=scratch
FROM ${BASE}
COPY contactcenter_exporter /bin/contactcenter_exporter
USER 65532:65532
WORKDIR /
VOLUME ["/data"]
EXPOSE 9925
ENTRYPOINT ["/bin/contactcenter_exporter"]
CMD ["serve", "--config.file=/etc/contactcenter/contactcenter.yml", "--state.dir=/data"]
