package normal

import (
	"strings"
	"testing"
)

// TestOrderThatHasAMeaning swaps two elements of lists whose order decides.
func TestOrderThatHasAMeaning(t *testing.T) {
	t.Parallel()
	kubernetes := func(version, kind, rest string) string {
		return `{"apiVersion":"` + version + `","kind":"` + kind + `","metadata":{"name":"x"},` + rest + `}`
	}
	aws := func(typ, rest string) string {
		return `{"resourceType":"` + typ + `","resourceId":"r","awsRegion":"x",` + rest + `}`
	}
	for name, doc := range map[string]string{
		"admin network policy":    kubernetes("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", `"spec":{"ingress":[{"action":"ONE"},{"action":"TWO"}]}`),
		"baseline network policy": kubernetes("policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy", `"spec":{"egress":[{"action":"ONE"},{"action":"TWO"}]}`),
		"Calico's":                kubernetes("crd.projectcalico.org/v1", "GlobalNetworkPolicy", `"spec":{"ingress":[{"action":"ONE"},{"action":"TWO"}]}`),
		"Calico's, of a space":    kubernetes("projectcalico.org/v3", "NetworkPolicy", `"spec":{"egress":[{"action":"ONE"},{"action":"TWO"}]}`),
		"Antrea's":                kubernetes("crd.antrea.io/v1beta1", "ClusterNetworkPolicy", `"spec":{"egress":[{"action":"ONE"},{"action":"TWO"}]}`),
		"audit":                   `{"apiVersion":"audit.k8s.io/v1","kind":"Policy","rules":[{"level":"ONE"},{"level":"TWO"}]}`,
		"providers":               `{"apiVersion":"apiserver.config.k8s.io/v1","kind":"EncryptionConfiguration","resources":[{"providers":[{"ONE":{}},{"TWO":{}}]}]}`,
		"provider's keys":         kubernetes("apiserver.config.k8s.io/v1", "EncryptionConfiguration", `"resources":[{"providers":[{"aescbc":{"keys":[{"name":"ONE"},{"name":"TWO"}]}}]}]`),
		"Envoy's patches":         kubernetes("networking.istio.io/v1alpha3", "EnvoyFilter", `"spec":{"configPatches":[{"applyTo":"ONE"},{"applyTo":"TWO"}]}`),
		"Traefik's middlewares":   kubernetes("traefik.io/v1alpha1", "IngressRoute", `"spec":{"routes":[{"middlewares":[{"name":"ONE"},{"name":"TWO"}]}]}`),
		"Traefik's chain":         kubernetes("traefik.containo.us/v1alpha1", "Middleware", `"spec":{"chain":{"middlewares":[{"name":"ONE"},{"name":"TWO"}]}}`),
		"Kyverno's rules":         kubernetes("kyverno.io/v1", "ClusterPolicy", `"spec":{"rules":[{"name":"ONE"},{"name":"TWO"}]}`),
		"variables of admission":  kubernetes("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", `"spec":{"variables":[{"name":"ONE"},{"name":"TWO"}]}`),
		"a container's command":   aws("AWS::ECS::TaskDefinition", `"configuration":{"containerDefinitions":[{"name":"a","command":["ONE","TWO"]}]}`),
		"its entry point":         aws("AWS::ECS::TaskDefinition", `"configuration":{"ContainerDefinitions":[{"Name":"a","EntryPoint":["ONE","TWO"]}]}`),
		"a function's layers":     aws("AWS::Lambda::Function", `"configuration":{"layers":[{"arn":"ONE"},{"arn":"TWO"}]}`),
		"a pipeline's stages":     aws("AWS::CodePipeline::Pipeline", `"configuration":{"stages":[{"name":"ONE"},{"name":"TWO"}]}`),
		"a distribution":          aws("AWS::CloudFront::Distribution", `"configuration":{"distributionConfig":{"cacheBehaviors":{"items":[{"pathPattern":"ONE"},{"pathPattern":"TWO"}]}}}`),
		"a bucket's origins":      aws("AWS::S3::Bucket", `"supplementaryConfiguration":{"BucketCrossOriginConfiguration":{"rules":[{"allowedOrigins":["ONE"]},{"allowedOrigins":["TWO"]}]}}`),
	} {
		swapped := strings.NewReplacer("ONE", "TWO", "TWO", "ONE").Replace(doc)
		n := New(Builtin(), testKey)
		a, b := one(t, n, Record{Place: "f/x.json", JSON: []byte(doc)}), one(t, n, Record{Place: "f/x.json", JSON: []byte(swapped)})
		if string(a.Canonical) == string(b.Canonical) || a.Type != b.Type || a.Type == plainType {
			t.Errorf("%s: the order of %s %s is lost", name, a.Type, a.Canonical)
		}
	}
}

// TestNoSecretOutsideItsOwnMember holds what is secret by the name beside it.
func TestNoSecretOutsideItsOwnMember(t *testing.T) {
	t.Parallel()
	const pod = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"containers":[{"name":"a",`
	const item = `{"resourceType":"AWS::X::Y","resourceId":"r","awsRegion":"x","configuration":{`
	for doc, secret := range map[string]bool{
		pod + `"env":[{"name":"DB_PASSWORD","value":"S3CRET-hunter2"}]}]}}`:                                                                                                       true,
		pod + `"env":[{"name":"DB_PASS","value":"S3CRET-hunter2"}]}]}}`:                                                                                                           true,
		pod + `"env":[{"name":"LOG_LEVEL","value":"S3CRET-hunter2"}]}]}}`:                                                                                                         false,
		pod + `"env":[{"name":"UPSTREAM","value":"amqp://u:S3CRET-hunter2@h/v"}]}]}}`:                                                                                             true,
		pod + `"env":[{"name":"UPSTREAM","value":"https://h:8080/a@S3CRET-hunter2"}]}]}}`:                                                                                         false,
		pod + `"args":["--db-password=S3CRET-hunter2"]}]}}`:                                                                                                                       true,
		pod + `"args":["--tls-private-key-file=/S3CRET-hunter2"]}]}}`:                                                                                                             false,
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"DB_PASSWORD":"S3CRET-hunter2"}}`:                                                                  true,
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"k":"-----BEGIN RSA PRIVATE KEY-----\nS3CRET-hunter2"}}`:                                           true,
		`{"apiVersion":"apiserver.config.k8s.io/v1","kind":"EncryptionConfiguration","resources":[{"providers":[{"aescbc":{"keys":[{"name":"k","secret":"S3CRET-hunter2"}]}}]}]}`: true,
		`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x","annotations":{"kapp.k14s.io/original":"S3CRET-hunter2"}}}`:                                                    true,
		item + `"containerDefinitions":[{"name":"a","environment":[{"name":"DB_PASSWORD","value":"S3CRET-hunter2"}]}]}}`:                                                          true,
		item + `"environment":{"environmentVariables":[{"name":"TOKEN","value":"S3CRET-hunter2"}]}}}`:                                                                             true,
		item + `"parameters":[{"parameterKey":"DBPassword","parameterValue":"S3CRET-hunter2"}]}}`:                                                                                 true,
		item + `"parameters":[{"parameterKey":"Size","parameterValue":"S3CRET-hunter2"}]}}`:                                                                                       false,
		item + `"userData":"S3CRET-hunter2"}}`:                                                                                                                                    true,
		`{"id":"1","env":[{"name":"API_KEY","value":"S3CRET-hunter2"}]}`:                                                                                                          true,
		`{"id":"1","env":[{"name":"color","value":"S3CRET-hunter2"}]}`:                                                                                                            false,
	} {
		for _, typ := range []string{"", plainType} { // a hint that says nothing must not expose it
			got := one(t, New(Builtin(), testKey), Record{Place: "f/x.json", Type: typ, JSON: []byte(doc)})
			if strings.Contains(string(got.Canonical), plainSecret) == secret {
				t.Errorf("%s gives %s", doc, got.Canonical)
			}
		}
	}
}
