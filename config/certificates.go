package config

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// maxCA is how large a file of certificates may be, in bytes.
const maxCA = 1 << 20

// ReadCertificates reads a PEM file that holds nothing but certificates.
func ReadCertificates(path string) ([]byte, error) {
	data, err := readFile(path, maxCA)
	if err != nil {
		return nil, err
	}
	count := 0
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return nil, errors.New("holds something else than certificates")
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return nil, fmt.Errorf("certificate %d can't be read", count+1)
		}
		count++
	}
	if count == 0 {
		return nil, errors.New("holds no PEM certificate")
	}
	return data, nil
}
