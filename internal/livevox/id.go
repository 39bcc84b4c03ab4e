package livevox

import "github.com/contactcenter-exporter/contactcenter_exporter/internal/api"

// ID is an id of the vendor's, which writes the same one as a number here and
// as a string there.
type ID = api.ID
