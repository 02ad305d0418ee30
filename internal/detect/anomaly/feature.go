package anomaly

// Feature is one thing that is learned.
type Feature uint8

// The features, in the order of their names. A frequency feature looks at how
// often an entity had a value; a quantile feature at how great a number is among
// those of the entity.
const (
	// FailCount is the number of failures that an event reports, per source.
	FailCount Feature = iota
	// HostType is the type of event, per host.
	HostType
	// PayloadSize is the length of the canonical payload, per source and type.
	PayloadSize
	// SourceAction is the action that an event names, per source.
	SourceAction
	// SourceType is the type of event, per source.
	SourceType
	// UserCountry is the country of the source address, per user.
	UserCountry
	// UserHost is the host, per user.
	UserHost
	// UserHour is the hour of the day in UTC, per user.
	UserHour
	// UserNetwork is the network of the source address (/24, for IPv6 /48), per
	// user.
	UserNetwork
	// FeatureCount is how many there are.
	FeatureCount
)

// String returns the feature's name.
func (f Feature) String() string {
	return [FeatureCount]string{
		"fail_count", "host_type", "payload_size", "source_action", "source_type", "user_country", "user_host", "user_hour", "user_network",
	}[f]
}

// Title says what the feature looks at, in words.
func (f Feature) Title() string {
	return [FeatureCount]string{
		"failures reported by the source", "event type on the host", "size of the source's events of the type", "action at the source",
		"event type from the source", "country of the user", "host of the user", "hour of the day of the user", "network of the user",
	}[f]
}

// FeatureNamed finds a feature.
func FeatureNamed(name string) (Feature, bool) {
	for f := range FeatureCount {
		if f.String() == name {
			return f, true
		}
	}
	return 0, false
}

// quantile says that the feature ranks a number.
func (f Feature) quantile() bool { return f == FailCount || f == PayloadSize }

// of gives what the feature looks at in an observation: a frequency's entity and
// value, a quantile's entity and number; false when the event has none.
func (f Feature) of(o *Observation) (entity, value uint64, ok bool) {
	switch f {
	case FailCount:
		entity, value, ok = o.Source, o.Fails, o.HasFails
	case HostType:
		entity, value, ok = o.Host, o.Type, o.Type != 0
	case PayloadSize:
		entity, value, ok = mix(o.Source^mix(o.Type)), o.Size, o.Source != 0
	case SourceAction:
		entity, value, ok = o.Source, o.Action, o.Action != 0
	case SourceType:
		entity, value, ok = o.Source, o.Type, o.Type != 0
	case UserCountry:
		entity, value, ok = o.User, o.Country, o.Country != 0
	case UserHost:
		entity, value, ok = o.User, o.Host, o.Host != 0
	case UserHour:
		entity, value, ok = o.User, uint64(o.Hour)+1, true
	case UserNetwork:
		entity, value, ok = o.User, o.Network, o.Network != 0
	}
	return entity, value, ok && entity != 0
}
