//go:build !frostgate_unsigned

package evidence

// unsignedBuild is true in builds that measure what signatures and epochs cost.
const unsignedBuild = false
