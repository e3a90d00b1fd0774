r"""Lists the forms of keys and tokens that services issue.

The forms are as documented by the services, and compared with the collections of gitleaks and
detect-secrets. Each row of the table has a kind, the literals that such tokens begin with, and an
ASCII pattern of the rest. A literal after `?` is weak: other words begin with it too.
"""

import re
from typing import NamedTuple


class Form(NamedTuple):
    """What a token looks like.

    Attributes:
        kind: What it is, in words.
        before: What must come before the literal.
        literal: A text that is in every such token.
        rest: What must follow the literal.
        weak: Whether other words contain the literal too.
        digits: Whether every such token has digits.
        inner: Whether what comes before the literal is part of the token.
    """

    kind: str
    before: re.Pattern[str]
    literal: str
    rest: re.Pattern[str]
    weak: bool
    digits: bool
    inner: bool


_TABLE = r"""
an AWS key | AKIA ASIA ABIA ACCA ?A3TX | [A-Z0-9]{16}\b
an AWS key | bedrock-api-key- | [\w+/]{40,}
an AWS key | ABSK | [\w+/]{100,}
an Azure key | AccountKey= SharedAccessKey= SharedAccessKeyValue= | [\w+/]{43,}={0,2}
an Alibaba key | LTAI | [^\W_]{16,26}\b
a Tencent key | ?AKID | [^\W_]{32,48}\b
a Yandex key | ?t1. | [\w=-]+\.[\w-]{86}
a Yandex key | ?AQVN | [\w-]{35,38}\b
a Google key | AIza | [\w-]{35}(?![\w-])
a Google key | GOCSPX- ya29. ?1//0 | [\w-]{24,}
a GitHub token | ghp_ gho_ ghu_ ghs_ ghr_ | [^\W_]{36,}
a GitHub token | github_pat_ | [\w-]{40,}
a GitLab token | glpat- gldt- glrt- glrtr- glft- glffct- glimt- glagent- gloas- | [\w-]{20,}
a GitLab token | glsoat- glptt- glcbt- glwt- GR1348941 | [\w-]{20,}
a Bitbucket token | ?ATBB | [^\W_]{24,}\b
an Atlassian token | ATATT3 ATCTT3 ATSTT3 | [\w.=-]{50,}
a Slack token | xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxe- xoxc- xoxd- xapp- | [\w%-]{18,}
a Slack token | xoxe.xoxb- xoxe.xoxp- xwfp- | [\w%-]{18,}
a Slack webhook | hooks.slack.com/services/ hooks.slack.com/workflows/ | [\w/-]{30,}
a Slack webhook | hooks.slack.com/triggers/ hooks.slack-gov.com/services/ | [\w/-]{30,}
a Discord webhook | discord.com/api/webhooks/ discordapp.com/api/webhooks/ | [0-9]{15,}/[\w-]{50,}
an OpenAI key | sk-proj- sk-svcacct- sk-admin- sk-None- sk-service- | [\w-]{40,}
an Anthropic key | sk-ant- | [\w-]{40,}
a key of a language model | sk-or-v1- pplx- ?gsk_ ?r8_ ?xai- tgp_v1_ ?fw_ pcsk_ | [\w-]{24,}
a key of a language model | lsv2_pt_ lsv2_sk_ ?csk- nvapi- jina_ tvly- sk-lf- | [\w-]{24,}
a Hugging Face token | hf_ api_org_ | [^\W_]{34,40}\b
an npm token | npm_ | [^\W_]{36}\b
a PyPI token | pypi-AgE | [\w-]{50,}
a RubyGems token | rubygems_ | [\da-fA-F]{40,}\b
a crates.io token | ?cio | [^\W_]{32}\b
a NuGet key | ?oy2 | [a-z0-9]{43}\b
a Clojars token | CLOJARS_ | [^\W_]{60}\b
an Artifactory key | AKCp cmVmd | [^\W_]{50,}
a Docker token | dckr_pat_ dckr_oat_ | [\w-]{24,}
a Packagist token | packagist_ | [^\W_]{3}_[^\W_]{32,}
a Vault token | hvs. hvb. hvr. | [\w-]{24,}
a Vault token | ?s. | [^\W_]{24}\b
a Pulumi token | ?pul- | [\da-fA-F]{40}\b
a Doppler token | dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit. | [\w.-]{40,}
a 1Password key | ?A3- | [A-Z0-9]{6}-[A-Z0-9-]{20,}
a 1Password key | ops_eyJ | [\w+/]{100,}
an age key | AGE-SECRET-KEY-1 AGE-SECRET-KEY-PQ-1 | [A-Z0-9]{50,}
a key of a wallet | nsec1 suiprivkey1 | [02-9ac-hj-np-z]{58,}\b
a Stripe key | sk_live_ rk_live_ sk_test_ rk_test_ sk_prod_ rk_prod_ whsec_ | [\w+/]{16,}
a Square token | sq0atp- sq0csp- ?EAAA | [\w-]{22,}
a Facebook token | EAAM EAAC EAAG EAAB | [^\W_]{80,}
a PayPal token | access_token$production$ access_token$sandbox$ | [a-z0-9]{16}\$[\da-fA-F]{32}
a Plaid token | access-production- access-sandbox- access-development- | [\da-fA-F-]{36}
a key of a payment service | FLWSECK_TEST- FLWSECK- shippo_live_ shippo_test_ ?EZAK | [\w-]{12,}
a key of a payment service | ?EZTK duffel_live_ duffel_test_ rzp_live_ | [\w=-]{14,}
a Shopify token | shpat_ shpca_ shppa_ shpss_ shpua_ shptka_ | [\da-fA-F]{32}\b
a WooCommerce key | ?ck_ ?cs_ | [\da-fA-F]{40}\b
a Twilio key | ?SK | [\da-fA-F]{32}\b
a SendGrid key | ?SG. | [\w.=-]{60,}
a Mailgun key | ?key- | [0-9a-f]{32}\b
a key of a mail service | xkeysib- xsmtpsib- ?re_ | [\w-]{24,}
a DigitalOcean token | dop_v1_ doo_v1_ dor_v1_ | [\da-fA-F]{64}\b
a key of a host | fo1_ fm1a_ fm1r_ fm2_ HRKU- ?rnd_ ?nfp_ ?nfc_ ?nfo_ ?nfu_ ?nfb_ | [\w+/-]{24,}
a key of a host | tk-us- tskey-auth- tskey-api- tskey-client- tskey-scim- ?vcp_ | [\w+/-]{24,}
a key of a host | ?vca_ ?vci_ ?vcr_ ?vck_ apify_api_ | [\w+/-]{24,}
a key of a database | pscale_tkn_ pscale_oauth_ pscale_pw_ ?napi_ ?sbp_ sb_secret_ | [\w.=-]{28,}
a key of a database | ?4b1d | [\w.=-]{28,}
a Databricks token | ?dapi ?dkea ?dose | [\da-fA-F]{32}(?:-[0-9])?\b
a Grafana token | glsa_ | [^\W_]{32}_[\da-fA-F]{8}
a Grafana token | glc_ eyJrIjoi | [\w+/]{32,}
a Sentry token | sntrys_ sntryu_ sntrya_ | [\w+/-]{40,}
a New Relic key | NRAK- NRII- NRRA- NRJS- | [\w-]{19,}
a Dynatrace token | dt0c01. dt0s01. dt0s16. | [^\W_]{8,24}\.[^\W_]{60,}
a Notion token | ?ntn_ | [^\W_]{40,}
a Notion token | ?secret_ | [^\W_]{43}\b
a Linear key | lin_api_ lin_oauth_ | [^\W_]{40,}
a Postman key | PMAK- PMAT- | [^\W_]{24,}(?:-[^\W_]{34})?
an Airtable token | ?pat | [^\W_]{14}\.[\da-fA-F]{64}
a Harness key | ?pat. ?sat. | [\w-]{20,}\.[^\W_]{20,}\.[^\W_]{16,}
an Asana token | ?1/ ?2/ ?0/ | [0-9]{16}(?:/[0-9]{16})?:[\da-fA-F]{32}\b
a Figma token | figd_ figo_ figu_ | [\w-]{36,}
a Dropbox token | ?sl. | [\w-]{100,}
a HubSpot token | pat-na1- pat-na2- pat-eu1- | [\da-fA-F-]{36}
a Typeform token | tfp_ | [\w.=-]{40,}
a ReadMe key | rdme_ | [^\W_]{60,}
a key of a build service | CCIPAT_ CCIPRJ_ bkua_ bkct_ pnu_ pnb_ ?sgp_ squ_ sqp_ sqa_ | [\w-]{32,}
a key of a build service | CFPAT- ?ico- phx_ ?rpa_ | [\w-]{32,}
an Octopus key | ?API- | [A-Z0-9]{26,34}\b
a Mapbox token | sk.eyJ tk.eyJ | [\w-]{40,}\.[\w-]{20,}
an Adobe key | p8e- | [\w-]{32}\b
an OpenShift token | sha256~ | [\w-]{43}\b
a Riot key | RGAPI- | [\da-fA-F-]{36}
a LaunchDarkly key | ?sdk- ?api- ?mob- | [\da-fA-F-]{36}\b
a Zoho token | ?1000. | [\da-fA-F]{32}\.[\da-fA-F]{32}\b
an Authress key | sc_ ext_ scauth_ authress_ | [^\W_]{5,30}\.[^\W_]{4,6}\.acc[_-][\w.+/=-]{40,}
a GitLab cookie | _gitlab_session= | [0-9a-z]{32}
a key of a service | dnkey- fio-u- s-s4t2ud- s-s4t2af- ?waka_ | [\w=-]{26,}
a SettleMint token | sm_aat_ sm_pat_ sm_sat_ | [^\W_]{16}
a key of a service | ?sec_ ?tss_ unkey_ BBFF- | [\w=-]{26,}
"""

# Tokens with a literal inside: a kind, a pattern of what comes before it, the literals, the rest.
_INNER = r"""
an Azure key | [\w+/]{40,} | JQQJ99 | [^\W_]{4,}
an Azure key | [\w+/]{60,}\+? | ASt ARm AMC ABa ACDb AzSe AzCa AzFu AIoT AEh | [\w+/]{4,8}={1,2}
an Azure key | (?<!\w)[\w~.-]{3}\d | Q~ | [\w.~-]{31,34}(?![\w.~-])
an Azure signature | [?&;](?:sv|st|se|sp|spr)=[\w%&=.:+/-]{10,} | &sig= | [\w%+/]{40,}
a Google key | [\w-]{11,} | :APA91b | [\w-]{80,}
a Telegram token | (?<!\d)\d{6,16} | :A | [\w-]{33,35}(?![\w-])
a Microsoft Teams webhook | \w | .webhook.office.com/webhookb2/ | [\w@/-]{40,}
a Microsoft Teams webhook | \w | .logic.azure.com:443/workflows/ | [\w@/-]{40,}
an OpenAI key | sk-[\w-]{20,} | T3BlbkFJ | [\w-]{20,}
a Terraform token | (?<!\w)[^\W_]{14} | .atlasv1. | [\w=-]{60,}
a Mailchimp key | (?<!\w)[0-9a-f]{32} | -us | [0-9]{1,2}\b
a Cloudflare key | (?<!\w) | v1.0- | [\da-f]{24}-[\da-f]{100,}
a MaxMind key | (?<!\w)[^\W_]{6}_[^\W_]{29} | _mmk | \b
"""


# The literals of tokens that may be of letters only.
_LETTERS = ("hf_", "api_org_")
# A token begins where a word begins, or after an escape: `\\n`, `%3D`, `\\u003d`.
_ESCAPE = r"\\[nrt]|%[0-9A-F]{2}|\\u00[0-9a-f]{2}"
_BEGIN = rf"(?<![^\W_])|{_ESCAPE}"
# Weak literals are not searched in base64 and digests, which may contain any four letters.
_BEGIN_WEAK = rf"(?<![\w+/.-])(?<!sha\d\d\d[=-])|{_ESCAPE}"


def _forms() -> tuple[Form, ...]:
    forms = []
    rows = [line.split(" | ") for line in _TABLE.strip().split("\n")]
    inner = [line.split(" | ") for line in _INNER.strip().split("\n")]
    for kind, before, literals, rest in [*((row[0], "", *row[1:]) for row in rows), *inner]:
        pattern = re.compile(rest, re.ASCII)
        for literal in literals.split():
            weak = literal.startswith("?")
            begin = before or (_BEGIN_WEAK if weak else _BEGIN)
            preceded = re.compile(rf"(?:{begin})\Z", re.ASCII)
            digits = literal not in _LETTERS
            forms.append(
                Form(kind, preceded, literal.lstrip("?"), pattern, weak, digits, bool(before))
            )
    return tuple(forms)


FORMS = _forms()
