// Package api is what the clients of both vendors need of HTTP and JSON: one
// call, its errors by class, and types that read numbers, ids and times as
// tolerantly as the vendors write them. It knows no vendor and no metric.
package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
)

// Class is the kind of an error, as contactcenter_source_fetch_errors_total
// counts it.
type Class string

// The classes of errors, from the network up to the answer's content.
const (
	State       Class = "state"        // counting could not be written; nothing is wrong with the answer
	Proxy       Class = "proxy"        // no connection through the proxy, or it refuses the credentials
	DNS         Class = "dns"          // the vendor's name doesn't resolve
	Connect     Class = "connect"      // no connection, or it broke
	TLS         Class = "tls"          // the certificate or the handshake is refused
	Timeout     Class = "timeout"      // no answer in time
	Auth        Class = "auth"         // 401, or the login failed
	Forbidden   Class = "forbidden"    // 403: logged in, but not allowed
	RateLimited Class = "rate_limited" // 429
	ClientError Class = "client_error" // any other 4xx, or a redirect
	VendorError Class = "vendor_error" // 5xx
	Schema      Class = "schema"       // the answer is not what the vendor documents
	TooLarge    Class = "too_large"    // the answer exceeds max_response_bytes
	Truncated   Class = "truncated"    // the answer ends before it is complete
)

// Classes returns every class, in the order above.
func Classes() []Class {
	return []Class{State, Proxy, DNS, Connect, TLS, Timeout, Auth, Forbidden, RateLimited, ClientError, VendorError, Schema, TooLarge, Truncated}
}

// Error is an error whose class is known from where it happened.
type Error struct {
	Class Class
	Err   error
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// Errorf returns an Error of class c. It must be given no part of an answer's
// body and no secret, since it is logged and shown.
func (c Class) Errorf(format string, args ...any) error {
	return &Error{Class: c, Err: fmt.Errorf(format, args...)}
}

// ErrHeld is in the chain of the error of a request that was not sent at all,
// because the vendor is down or has asked for a pause: it says nothing new
// about the vendor or the credentials.
var ErrHeld = errors.New("not asked")

// StatusError is an answer with another status than success.
type StatusError struct {
	Code int
	// Problem is what the vendor's own error body says, where it is known to
	// be harmless: an error code such as 202 or timestamp_refused, never its text.
	Problem string
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("HTTP %d", e.Code)
	if s := http.StatusText(e.Code); s != "" {
		text += " " + s
	}
	if e.Problem != "" {
		text += " (" + e.Problem + ")"
	}
	return text
}

// Class returns the class that belongs to the status.
func (e *StatusError) Class() Class {
	switch {
	case e.Code == http.StatusUnauthorized:
		return Auth
	case e.Code == http.StatusForbidden:
		return Forbidden
	case e.Code == http.StatusTooManyRequests:
		return RateLimited
	case e.Code >= 500:
		return VendorError
	}
	return ClientError
}

// StatusOf returns the answer behind an error; nil if there is none.
func StatusOf(err error) *StatusError {
	var status *StatusError
	errors.As(err, &status)
	return status
}

// HasStatus reports whether an error is an answer with one of the codes.
func HasStatus(err error, codes ...int) bool {
	status := StatusOf(err)
	return status != nil && slices.Contains(codes, status.Code)
}

// ClassOf returns the class of an error of a call; "" for nil.
func ClassOf(err error) Class {
	var own *Error
	if err == nil {
		return ""
	}
	if errors.As(err, &own) {
		return own.Class
	}
	if status := StatusOf(err); status != nil {
		return status.Class()
	}
	return classOfTransport(err)
}

func classOfTransport(err error) Class {
	var large *http.MaxBytesError
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &large):
		return TooLarge
	case errors.As(err, &dns):
		return DNS
	case strings.Contains(err.Error(), "tls: "): // as all texts of crypto/tls
		return TLS
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return Timeout
	case errors.Is(err, io.ErrUnexpectedEOF):
		return Truncated
	}
	if f, ok := wireFaultOf(err); ok {
		return f.class
	}
	return Connect
}
