package normal

import (
	"bytes"
	"strings"
	"testing"
)

// TestNamesOfSecretsInAllFamilies goes by the members' names alone.
func TestNamesOfSecretsInAllFamilies(t *testing.T) {
	t.Parallel()
	n := New(Builtin(), testKey)
	hidden := strings.Fields(`password dbPassword DB_PASSWORD db-password userPasswordHash passwd pwd PGPWD pass DB_PASS
		psk wifi_psk wifiKey clientSecret client_secret apiKey api-key x-api-key token accessToken refresh_token auth_token
		privateKey ssh_private_key AWS_SECRET_ACCESS_KEY connectionString passphrase sasToken jwt cookie authorization adminPassword bearer webhookUrl`)
	shown := strings.Fields(`passwordRequired passwordRequiredType passwordPolicy bypass compass tokenType secretName
		authorizationPolicy authorizationType cookiePolicy passwordMinimumLength preSharedKeyIsSet apiKeyID keyVaultSecretUri`)
	for _, typ := range []string{"json", "deviceManagement/intents", "v1/ConfigMap", "AWS::RDS::DBInstance"} {
		see := func(value, name string) bool {
			doc := `{"metadata":{"name":"x"},"data":{"` + name + `":` + value + `}}`
			got := one(t, n, Record{Type: typ, ID: "1", JSON: []byte(doc)})
			return bytes.Contains(got.Canonical, []byte(strings.Trim(value, `"[]`)))
		}
		for _, name := range hidden {
			if see(`"deviceDefault"`, name) {
				t.Errorf("%s: %s shows", typ, name)
			}
			if !see("true", name) {
				t.Errorf("%s: a boolean %s does not show", typ, name)
			}
		}
		for _, name := range shown {
			if !see(`"deviceDefault"`, name) || !see("12345", name) {
				t.Errorf("%s: %s does not show", typ, name)
			}
		}
	}
}

// TestWhereSecretsHide has the secret once in each object.
func TestWhereSecretsHide(t *testing.T) {
	t.Parallel()
	n := New(Builtin(), testKey)
	config := func(typ, configuration string) string {
		return `{"resourceType":"` + typ + `","resourceId":"r","configuration":` + configuration + `}`
	}
	object := func(version, kind, rest string) string {
		return `{"apiVersion":"` + version + `","kind":"` + kind + `","metadata":{"name":"x","namespace":"n"},` + rest + `}`
	}
	graph := func(typ, rest string) string {
		return `{"@odata.type":"#microsoft.graph.` + typ + `","id":"1","displayName":"d",` + rest + `}`
	}
	for _, doc := range []string{
		`{"id":"1","password":{"value":"S3CRET-hunter2"}}`,
		`{"id":"1","credentials":{"user":"u","pass":"S3CRET-hunter2"}}`,
		`{"id":"1","passwords":["S3CRET-hunter2"]}`,
		`{"id":"1","env":[{"name":"DB_PASSWORD","value":"S3CRET-hunter2"}]}`,
		`{"id":"1","secrets":[{"name":"a","value":"S3CRET-hunter2"}]}`,
		`{"id":"1","url":"https://user:S3CRET-hunter2@host/"}`,
		`{"id":"1","url":"mail me@x, then https://user:S3CRET-hunter2@host/"}`,
		`{"id":"1","data":"-----BEGIN RSA PRIVATE KEY-----\nS3CRET-hunter2"}`,
		`{"id":"1","variables":["DB_PASSWORD=S3CRET-hunter2"]}`,
		object("helm.toolkit.fluxcd.io/v2", "HelmRelease", `"spec":{"values":{"auth":{"rootPassword":"S3CRET-hunter2"}}}`),
		object("v1", "ConfigMap", `"data":{"DB_PASSWORD":"S3CRET-hunter2"}`),
		object("v1", "Pod", `"spec":{"containers":[{"name":"a","env":[{"name":"DB_PASS","value":"S3CRET-hunter2"}]}]}`),
		object("v1", "Pod", `"spec":{"containers":[{"name":"a","env":[{"name":"REDIS_AUTH","value":"S3CRET-hunter2"}]}]}`),
		object("v1", "Pod", `"spec":{"containers":[{"name":"a","env":[{"name":"APP_SECRET_BASE","value":"S3CRET-hunter2"}]}]}`),
		object("v1", "Pod", `"spec":{"containers":[{"name":"a","args":["--password=S3CRET-hunter2"]}]}`),
		object("v1", "Pod", `"spec":{"containers":[{"name":"a","args":["--password","S3CRET-hunter2","--debug"]}]}`),
		object("argoproj.io/v1alpha1", "Application", `"spec":{"source":{"helm":{"parameters":[{"name":"auth.password","value":"S3CRET-hunter2"}]}}}`),
		object("v1", "ConfigMap", `"data":{"copy":"{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{\"a\":\"S3CRET-hunter2\"}}"}`),
		`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x","annotations":{"kapp.k14s.io/original":"S3CRET-hunter2"}}}`,
		`{"apiVersion":"apiserver.config.k8s.io/v1","kind":"EncryptionConfiguration","metadata":{"name":"x"},"resources":[{"resources":["secrets"],"providers":[{"aescbc":{"keys":[{"name":"k1","secret":"S3CRET-hunter2"}]}}]}]}`,
		config("AWS::ECS::TaskDefinition", `{"containerDefinitions":[{"name":"a","environment":[{"name":"DB_PASSWORD","value":"S3CRET-hunter2"}]}]}`),
		config("AWS::CodeBuild::Project", `{"environment":{"environmentVariables":[{"name":"TOKEN","type":"PLAINTEXT","value":"S3CRET-hunter2"}]}}`),
		config("AWS::ElasticBeanstalk::Environment", `{"optionSettings":[{"optionName":"DB_PASSWORD","value":"S3CRET-hunter2"}]}`),
		config("AWS::CloudFormation::Stack", `{"parameters":[{"parameterKey":"DBPassword","parameterValue":"S3CRET-hunter2"}]}`),
		config("AWS::EC2::Instance", `{"userData":"S3CRET-hunter2"}`),
		config("AWS::Cognito::UserPoolClient", `{"ProviderDetails":{"client_secret":"S3CRET-hunter2"}}`),
		graph("win32LobApp", `"detectionRules":[{"scriptContent":"S3CRET-hunter2"}]`),
		graph("androidDeviceOwnerEnrollmentProfile", `"qrCodeImage":{"type":"x","value":"S3CRET-hunter2"}`),
		graph("macOSGeneralDeviceConfiguration", `"adminAccountPasswordHash":"S3CRET-hunter2"`),
		graph("deviceManagementIntent", `"settings":[{"definitionId":"x_RecoveryKey","valueJson":"\"S3CRET-hunter2\""}]`),
		graph("deviceManagementConfigurationPolicy", `"settings":[{"settingInstance":{"settingDefinitionId":"com.apple.wifi_password","simpleSettingValue":{"@odata.type":"#microsoft.graph.deviceManagementConfigurationStringSettingValue","value":"S3CRET-hunter2"}}}]`),
		graph("windows10CustomConfiguration", `"omaSettings":[{"omaUri":"./x/WlanXml","isEncrypted":false,"value":"PEtleT4S3CRET-hunter2"}]`),
		graph("windows10CustomConfiguration", `"omaSettings":[{"omaUri":"./x","isEncrypted":false,"value":"<WLANProfile><keyMaterial>S3CRET-hunter2</keyMaterial>"}]`),
		graph("iosMobileAppConfiguration", `"settings":[{"appConfigKey":"license","appConfigKeyType":"stringType","appConfigKeyValue":"S3CRET-hunter2"}]`),
	} {
		got := one(t, n, Record{JSON: []byte(doc)})
		canonical := bytes.Clone(got.Canonical)
		if bytes.Contains(canonical, []byte("hunter2")) || bytes.Count(canonical, []byte(secretMark)) != 1 {
			t.Errorf("%s gives %s", doc, canonical)
		}
		if again, _, err := n.Again(got.Type, canonical); err != nil || !bytes.Equal(again, canonical) {
			t.Errorf("%v: normalised again %s gives %s", err, canonical, again)
		}
	}
}

// TestWhatIsNoSecretShows has a readable value in each object.
func TestWhatIsNoSecretShows(t *testing.T) {
	t.Parallel()
	n := New(Builtin(), testKey)
	object := func(kind, rest string) string {
		return `{"apiVersion":"v1","kind":"` + kind + `","metadata":{"name":"x","namespace":"n"},` + rest + `}`
	}
	for _, doc := range []string{
		`{"id":"1","password":{"minLength":12,"requireNumber":true},"v":"READABLE"}`,
		`{"id":"1","secrets":[{"name":"READABLE"}]}`,
		`{"id":"1","url":"https://user@READABLE/a:b"}`,
		`{"id":"1","url":"https://user:${PASSWORD}@READABLE/"}`,
		`{"id":"1","text":"https://host/a:b?c=READABLE@example"}`,
		`{"id":"1","v":[{"name":"usePassword","value":"true"}],"x":"READABLE"}`,
		`{"id":"1","v":["--password=$(READABLE)","--password-file=x"]}`,
		`{"id":"1","v":[{"name":"bypass","value":"READABLE"}]}`,
		object("ServiceAccount", `"secrets":[{"name":"READABLE"}],"imagePullSecrets":[{"name":"y"}]`),
		object("Pod", `"spec":{"volumes":[{"name":"v","secret":{"secretName":"READABLE"}}]}`),
		object("Pod", `"spec":{"containers":[{"name":"a","args":["--tls-secret=READABLE","--debug"]}]}`),
		object("Pod", `"spec":{"containers":[{"name":"a","env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"READABLE","key":"password"}}}]}]}`),
		`{"resourceType":"AWS::ECS::TaskDefinition","resourceId":"r","configuration":{"containerDefinitions":[{"name":"a","secrets":[{"name":"DB_PASSWORD","valueFrom":"READABLE"}]}]}}`,
		`{"@odata.type":"#microsoft.graph.groupSetting","id":"1","values":[{"name":"BannedPasswordList","value":"READABLE"}]}`,
		`{"@odata.type":"#microsoft.graph.deviceManagementConfigurationPolicy","id":"1","settings":[{"settingInstance":{"settingDefinitionId":"x_password","choiceSettingValue":{"value":"READABLE","children":[]}}}]}`,
	} {
		got := one(t, n, Record{JSON: []byte(doc)})
		if !bytes.Contains(got.Canonical, []byte("READABLE")) || bytes.Contains(got.Canonical, []byte(secretMark)) {
			t.Errorf("%s gives %s", doc, got.Canonical)
		}
	}
}
