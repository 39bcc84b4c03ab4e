package otlp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"

	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// answer is how the newest request of an export ended, in words that hold nothing
// of what the receiver wrote. An error after an answer of success means that the
// receiver rejected a part.
type answer struct {
	text   string
	taken  bool // at least a part of it
	single bool // the failure is one of this request's content: others may succeed
}

type answerKey struct{}

// withAnswer returns a context in which requests note how they end. A request that
// is never sent leaves the answer as it is: there was no time, or no connection.
func withAnswer(ctx context.Context) (context.Context, *answer) {
	a := &answer{text: string(api.Timeout)}
	return context.WithValue(ctx, answerKey{}, a), a
}

// note notes how a request ended.
func note(ctx context.Context, a answer) {
	if newest, ok := ctx.Value(answerKey{}).(*answer); ok {
		*newest = a
	}
}

func accepted() answer {
	return answer{text: "the receiver rejected some of it", taken: true, single: true}
}

func answerHTTP(code int) answer {
	if code/100 == 2 {
		return accepted()
	}
	a := answer{text: (&api.StatusError{Code: code}).Error()}
	switch code {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		a.single = true
	}
	return a
}

func answerGRPC(code codes.Code) answer {
	if code == codes.OK {
		return accepted()
	}
	return answer{text: "gRPC " + code.String(), single: code == codes.InvalidArgument}
}

// answerError is the answer of a request that got none. Errors of the project's
// own have a text that is safe to show.
func answerError(err error) answer {
	var own *api.Error
	if errors.As(err, &own) {
		return answer{text: own.Error()}
	}
	return answer{text: string(api.ClassOf(err))}
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 1 << 20

// errNotOTLP is the error of a success that no receiver of OTLP has written, such
// as the login page of a front.
var errNotOTLP = api.Schema.Errorf("the answer is not OTLP: the endpoint leads to something else than a receiver")

// readAnswer reads the body of an answer, which can be read again after it. That
// of a success must be empty or a response of OTLP; those of all signals have one
// form.
func readAnswer(resp *http.Response) error {
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	resp.Body.Close()
	if err != nil {
		return err
	}
	resp.Body = io.NopCloser(bytes.NewReader(data))
	if resp.StatusCode/100 != 2 || len(data) == 0 {
		return nil
	}
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-protobuf" || len(data) == maxAnswer ||
		proto.Unmarshal(data, &metricspb.ExportMetricsServiceResponse{}) != nil {
		return errNotOTLP
	}
	return nil
}
