"""Forms of keys and tokens as public documentation shows them, filled by chance.

In a form `{a9}` stands for nine letters and digits, `{h9}` for hexadecimal digits, `{d9}` for
digits, `{u9}` for upper case and digits, `{w9}` for these and `-` and `_`, `{b9}` for base64.
No whole token stands here, so that no scanner of secrets stops at this file.
"""

import random
import re
import string

_CLASSES = {
    "a": string.ascii_letters + string.digits,
    "l": string.ascii_lowercase + string.digits,
    "L": string.ascii_letters,
    "h": "0123456789abcdef",
    "d": string.digits,
    "u": string.ascii_uppercase + string.digits,
    "w": string.ascii_letters + string.digits + "-_",
    "b": string.ascii_letters + string.digits + "+/",
}
FORMS = """
AKIA{u16}
ASIA{u16}
aws_secret_access_key = {b40}
AccountKey={b86}==
SharedAccessKey={b43}=
client_secret: {a3}8Q~{w34}
https://acct.blob.core.windows.net/c/f?sv=2022-11-02&sr=b&sp=r&sig={b43}%3D
https://corp.webhook.office.com/webhookb2/{h8}-{h4}-{h4}-{h4}-{h12}@{h8}-{h4}-{h4}-{h4}-{h12}/IncomingWebhook/{h32}/{h8}-{h4}-{h4}-{h4}-{h12}
LTAI{a20}
AIza{w35}
GOCSPX-{w28}
ya29.{w120}
1//0{w60}
AAAA{w7}:APA91b{w134}
ghp_{a36}
gho_{a36}
ghu_{a36}
ghs_{a36}
ghr_{a36}
github_pat_{a22}_{a59}
glpat-{w20}
gldt-{w20}
glrt-{w20}
glptt-{h40}
GR1348941{w20}
glcbt-64_{w20}
gloas-{h64}
ATBB{a32}
ATATT3xFfGF0{w170}={h8}
ATCTT3xFfGF0{w170}={h8}
xoxb-{d12}-{d13}-{a24}
xoxp-{d11}-{d11}-{d12}-{h32}
xoxa-2-{d12}-{d12}-{d12}-{h32}
xapp-1-A{u10}-{d13}-{h64}
xoxe.xoxp-1-{a160}
https://hooks.slack.com/services/T{u8}/B{u10}/{a24}
https://hooks.slack.com/workflows/T{u8}/A{u10}/{d18}/{a24}
https://discord.com/api/webhooks/{d18}/{w68}
https://discordapp.com/api/webhooks/{d19}/{w68}
DISCORD_TOKEN=M{a25}.{w6}.{w38}
{d10}:AA{w33}
TELEGRAM_BOT_TOKEN={d9}:AA{w33}
sk-{a20}T3BlbkFJ{a20}
sk-proj-{w74}T3BlbkFJ{w74}
sk-svcacct-{w58}T3BlbkFJ{w58}
sk-ant-api03-{w93}AA
sk-ant-admin01-{w93}AA
sk-or-v1-{h64}
gsk_{a52}
r8_{a37}
pplx-{a48}
xai-{a80}
hf_{L34}
npm_{a36}
pypi-AgEIcHlwaS5vcmc{w150}
rubygems_{h48}
cio{a32}
oy2{l43}
CLOJARS_{h60}
AKCp{a69}
dckr_pat_{w27}
hvs.{w95}
hvb.{w140}
{a14}.atlasv1.{w67}
pul-{h40}
dp.pt.{a43}
dp.st.prd.{a43}
ops_eyJ{b300}
AGE-SECRET-KEY-1{u58}
sk_live_{a24}
rk_live_{a24}
sk_live_{a99}
whsec_{a32}
sq0atp-{w22}
sq0csp-{w43}
access_token$production${l16}${h32}
shpat_{h32}
shpca_{h32}
shppa_{h32}
shpss_{h32}
SK{h32}
TWILIO_AUTH_TOKEN={h32}
SG.{w22}.{w43}
key-{h32}
{h32}-us12
xkeysib-{h64}-{a16}
re_{a8}_{a24}
dop_v1_{h64}
doo_v1_{h64}
dor_v1_{h64}
fo1_{w43}
fm2_{b120}
HRKU-AA{w58}
HEROKU_API_KEY={h8}-{h4}-{h4}-{h4}-{h12}
nfp_{a36}
tskey-auth-{a12}-{a32}
pscale_tkn_{w43}
pscale_pw_{w43}
sbp_{h40}
sb_secret_{w31}
CLOUDFLARE_API_TOKEN={w40}
v1.0-{h24}-{h146}
dapi{h32}
dapi{h32}-2
glsa_{a32}_{h8}
glc_{b80}
eyJrIjoi{b80}
sntrys_eyJpYXQiO{b120}_{b43}
sntryu_{h64}
DD_API_KEY={h32}
DATADOG_APP_KEY: {h40}
NRAK-{u27}
NRII-{w32}
dt0c01.{u24}.{u64}
ntn_{d11}{a35}
secret_{a43}
lin_api_{a40}
lin_oauth_{h64}
PMAK-{h24}-{h34}
pat{a14}.{h64}
figd_{w40}
sl.{w135}
pat-na1-{h8}-{h4}-{h4}-{h4}-{h12}
tfp_{w44}_{w14}
rdme_{l70}
CCIPAT_{a22}_{h40}
bkua_{h40}
squ_{h40}
sgp_{h16}_{h40}
CFPAT-{w43}
API-{u26}
sk.eyJ{w80}.{w22}
sha256~{w43}
p8e-{l32}
RGAPI-{h8}-{h4}-{h4}-{h4}-{h12}
duffel_live_{w43}
EZAK{a54}
shippo_live_{h40}
A3-{u6}-{u6}-{u5}-{u5}-{u5}-{u5}
okta_api_token = 00{w40}
postgres://app:{a8}Z9z!@db.prod.acme.io:5432/app
https://deploy:{a16}@git.acme.io/team/app.git
amqps://svc:{w20}@mq-1.acme.io/vhost
redis://default:{a16}@cache.internal:6379/0
_authToken={h8}-{h4}-{h4}-{h4}-{h12}
Authorization: Bearer {a40}
"""
# Where tokens stand: `%s` is one.
PLACES = (
    "token = '%s'\n",
    "export TOKEN=%s\n",
    '{"a": "%s"}\n',
    "- name: x\n  value: %s\n",
    "// was: %s\n",
    '"source": ["key = \\"%s\\"\\n"]\n',
    "curl -H 'X-Auth: %s' https://api\n",
    "<add key='x' value='%s'/>\n",
)


def filled(form: str, chance: random.Random) -> str:
    """A token of a form."""

    def some(found: re.Match[str]) -> str:
        return "".join(chance.choices(_CLASSES[found[1]], k=int(found[2])))

    return re.sub(r"\{(\w)(\d+)\}", some, form)
