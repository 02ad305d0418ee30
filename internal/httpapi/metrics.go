package httpapi

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"frostgate.io/frostgate/internal/obs"
)

// metrics counts by route pattern, never by raw path: labels are bounded by
// the table.
type metrics struct {
	routes   map[*Route]*routeMetrics
	unknown  *routeMetrics // what no route matched
	problems *prometheus.CounterVec
	streams  prometheus.Gauge
	dropped  prometheus.Counter
}

type routeMetrics struct {
	byClass [6]prometheus.Counter // 1xx..5xx
	seconds prometheus.Observer
}

func newMetrics(m *obs.Metrics, table []*Route) *metrics {
	requests := m.Counter("frostgate_http_requests_total", "HTTP requests by route and status class.", "method", "route", "status")
	seconds := m.Seconds("frostgate_http_request_seconds", "Time from the request's head to the end of the answer.", "method", "route")
	of := func(method, path string) *routeMetrics {
		rm := &routeMetrics{seconds: seconds.WithLabelValues(method, path)}
		for i := range rm.byClass {
			rm.byClass[i] = requests.WithLabelValues(method, path, strconv.Itoa(i)+"xx")
		}
		return rm
	}
	out := &metrics{
		routes:   map[*Route]*routeMetrics{},
		unknown:  of("any", "unknown"),
		problems: m.Counter("frostgate_http_problems_total", "Refused and failed requests by code.", "code"),
		streams:  m.Gauge("frostgate_http_streams", "Open event streams.").WithLabelValues(),
		dropped:  m.Counter("frostgate_http_streams_dropped_total", "Event streams that were cut because the reader was too slow.").WithLabelValues(),
	}
	for _, rt := range table {
		out.routes[rt] = of(rt.Method, rt.Path)
	}
	return out
}

func (m *metrics) observe(x *exchange, took time.Duration) {
	rm := m.unknown
	if x.route != nil {
		rm = m.routes[x.route]
	}
	if class := x.status / 100; class > 0 && class < len(rm.byClass) {
		rm.byClass[class].Inc()
	}
	rm.seconds.Observe(took.Seconds())
	if x.code != "" {
		m.problems.WithLabelValues(string(x.code)).Inc()
	}
}
