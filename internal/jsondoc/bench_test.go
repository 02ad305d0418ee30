package jsondoc

import (
	"bytes"
	"encoding/json"
	"strconv"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// typicalEvent has the shape and size of a cloud audit record, without escapes.
const typicalEvent = `{"source":"cloudtrail","tenant_id":"t_7f3a","timestamp":"2026-03-14T09:26:53.589Z","event_type":"auth",` +
	`"event":{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLEPRINCIPAL",` +
	`"arn":"arn:aws:iam::111122223333:user/example","accountId":"111122223333","userName":"example"},` +
	`"eventTime":"2026-03-14T09:26:53Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin",` +
	`"awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.23","userAgent":"Mozilla/5.0 (X11; Linux x86_64; rv:140.0)",` +
	`"errorMessage":"Failed authentication","requestParameters":null,"responseElements":{"ConsoleLogin":"Failure"},` +
	`"additionalEventData":{"LoginTo":"https://console.example.com/console/home","MobileVersion":"No","MFAUsed":"No"},` +
	`"eventID":"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0","readOnly":false,"eventType":"AwsConsoleSignIn",` +
	`"managementEvent":true,"recipientAccountId":"111122223333","failed_auths":7,"session":1234567890123456789,` +
	`"tags":["auth","console",3]},"persona":"sentinel","classification":"UNCLASS"}`

func indented(src string) []byte {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(src), "", "  "); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func largeObject(members int) []byte {
	b := []byte(`{"first":0`)
	for i := range members {
		b = append(b, `,"key`...)
		b = strconv.AppendInt(b, int64(i), 10)
		b = append(b, `":1`...)
	}
	return append(b, '}')
}

func BenchmarkParse(b *testing.B) {
	for _, c := range []struct {
		name string
		src  []byte
	}{
		{"Event", []byte(typicalEvent)},
		{"Indented", indented(typicalEvent)},
		{"Escapes", bytes.ReplaceAll([]byte(typicalEvent), []byte("o"), []byte(`\u006f`))},
		{"Members50k", largeObject(50_000)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.src)))
			b.ReportAllocs()
			var d Doc
			for b.Loop() {
				if err := d.Parse(c.src, Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppendCanonical(b *testing.B) {
	v := parse(b, typicalEvent)
	b.SetBytes(int64(len(typicalEvent)))
	b.ReportAllocs()
	var buf []byte
	for b.Loop() {
		buf = v.AppendCanonical(buf[:0])
	}
}

func BenchmarkGet(b *testing.B) {
	v := parse(b, typicalEvent)
	b.ReportAllocs()
	for b.Loop() {
		if !v.Path("event", "failed_auths").Exists() {
			b.Fatal("absent")
		}
	}
}

// The decoders others would use for the same work, into any.

func BenchmarkAny(b *testing.B) {
	src := []byte(typicalEvent)
	b.Run("Jsondoc", func(b *testing.B) {
		b.ReportAllocs()
		var d Doc
		for b.Loop() {
			if err := d.Parse(src, Limits{}); err != nil || d.Root().Any() == nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("EncodingJSON", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v any
			if err := json.Unmarshal(src, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("JSONv2", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v any
			if err := jsonv2.Unmarshal(src, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCheckOnly(b *testing.B) {
	src := []byte(typicalEvent)
	b.Run("EncodingJSON", func(b *testing.B) {
		for b.Loop() {
			if !json.Valid(src) {
				b.Fatal("invalid")
			}
		}
	})
	b.Run("Jsontext", func(b *testing.B) {
		for b.Loop() {
			if !jsontext.Value(src).IsValid() {
				b.Fatal("invalid")
			}
		}
	})
}

func BenchmarkCanonicalJsontext(b *testing.B) {
	var buf jsontext.Value
	b.ReportAllocs()
	for b.Loop() {
		buf = append(buf[:0], typicalEvent...)
		if err := buf.Canonicalize(); err != nil {
			b.Fatal(err)
		}
	}
}
