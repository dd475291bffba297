/* Likely personal data: by the column's name in English and French, and by what its values look like. */
#include "lint/look.h"

#include "base/text.h"
#include "lint/patterns.h"

#include <stdlib.h>

typedef enum kind {
	NOTHING,
	NAMES,
	MAILS,
	PHONES,
	STREETS,
	BIRTHS,
	NUMBERS,
	SINS,
	CARDS,
	PROFILES,
	ADDRESSES,
	PLATES,
	MENTIONS,
	POSTAL,
	BIRTH_YEARS,
	KINDS
} kind;

static const struct {
	const char    *en, *fr;
	dj_sensitivity advice;
	const char    *words[18];
} kinds[KINDS] = {
    [NAMES] = {"names",
               "des noms",
               DJ_SENSITIVITY_DIRECT,
               {"first_name", "last_name", "given_name", "family_name", "full_name", "middle_name",
                "maiden_name", "surname", "forename", "prenom", "prenoms", "nom_famille", "nom_de_famille",
                "nom_complet", "fname", "lname", "firstname", "lastname"}},
    [MAILS] = {"e-mail addresses",
               "des adresses de courriel",
               DJ_SENSITIVITY_DIRECT,
               {"email", "e_mail", "emails", "courriel", "courriels"}},
    [PHONES] = {"telephone numbers",
                "des numéros de téléphone",
                DJ_SENSITIVITY_DIRECT,
                {"phone", "phones", "telephone", "tel", "cellphone", "cell_phone", "mobile", "cellulaire",
                 "whatsapp", "fax"}},
    [STREETS] = {"street addresses",
                 "des adresses",
                 DJ_SENSITIVITY_DIRECT,
                 {"address", "address_1", "address_2", "street", "street_number", "adresse", "rue",
                  "home_address", "no_civique"}},
    [BIRTHS] = {"dates of birth",
                "des dates de naissance",
                DJ_SENSITIVITY_DIRECT,
                {"birth_date", "birthdate", "date_of_birth", "dob", "birthday", "date_naissance",
                 "date_de_naissance", "ddn", "born"}},
    [NUMBERS] = {"numbers of documents",
                 "des numéros de documents",
                 DJ_SENSITIVITY_DIRECT,
                 {"passport", "passport_no", "passport_number", "passeport", "drivers_licence",
                  "drivers_license", "driver_license", "permis_conduire", "permis_de_conduire", "health_card",
                  "ramq", "carte_sante", "ohip", "assurance_maladie"}},
    [SINS] = {"social insurance numbers",
              "des numéros d’assurance sociale",
              DJ_SENSITIVITY_DIRECT,
              {"sin", "nas", "ssn", "soc_sec_id", "social_insurance", "assurance_sociale",
               "social_security"}},
    [CARDS] = {"card or account numbers",
               "des numéros de carte ou de compte",
               DJ_SENSITIVITY_DIRECT,
               {"card_number", "credit_card", "carte_credit", "carte_de_credit", "numero_carte", "iban"}},
    [PROFILES] = {"names in social networks",
                  "des noms dans les réseaux sociaux",
                  DJ_SENSITIVITY_DIRECT,
                  {"username", "user_name", "handle", "screen_name", "pseudo", "pseudonyme", "facebook",
                   "instagram", "snapchat", "telegram"}},
    [ADDRESSES] = {"network addresses",
                   "des adresses réseau",
                   DJ_SENSITIVITY_DIRECT,
                   {"ip", "ip_address", "adresse_ip", "imei"}},
    [PLATES] = {"number plates",
                "des plaques d’immatriculation",
                DJ_SENSITIVITY_DIRECT,
                {"licence_plate", "license_plate", "plate_number", "plaque"}},
    [MENTIONS] = {"text that holds e-mail addresses, telephone numbers or profiles",
                  "du texte avec des courriels, des téléphones ou des profils",
                  DJ_SENSITIVITY_DIRECT,
                  {NULL}},
    [POSTAL] = {"postal codes",
                "des codes postaux",
                DJ_SENSITIVITY_QUASI,
                {"postal_code", "postalcode", "postcode", "post_code", "code_postal", "zip", "zip_code",
                 "zipcode"}},
    [BIRTH_YEARS] = {"years of birth",
                     "des années de naissance",
                     DJ_SENSITIVITY_QUASI,
                     {"birth_year", "year_of_birth", "annee_naissance", "annee_de_naissance", "yob"}},
};

/* ---- By name ---- */

static size_t n_words(kind k)
{
	size_t n = 0;

	while (n < DJ_COUNT(kinds[k].words) && kinds[k].words[n])
		n++;
	return n;
}

/* Kinds that only words can be; the rest may be numbers too. */
static bool worded(kind k)
{
	return k == NAMES || k == MAILS || k == STREETS || k == PROFILES || k == ADDRESSES;
}

static kind by_name(const dj_profile *c)
{
	if (c->type == DJ_COL_BOOLEAN || c->type == DJ_COL_REAL)
		return NOTHING;
	/* "phone_count", "address_type", "email_sent_date": about such a thing, not the thing */
	if (DJ_WORDS(c->words, "count", "n", "type", "rate", "taux", "country", "pays", "status", "statut",
	             "sent", "model", "os", "kind"))
		return NOTHING;
	if ((c->type == DJ_COL_DATE || c->type == DJ_COL_INSTANT) &&
	    !dj_words_any(c->words, kinds[BIRTHS].words, n_words(BIRTHS)))
		return NOTHING;
	if (DJ_WORDS(c->words, "ip_address", "adresse_ip", "mac_address", "web_address"))
		return ADDRESSES;
	if (DJ_WORDS(c->words, "email_address"))
		return MAILS;
	for (kind k = NOTHING + 1; k < KINDS; k++)
		if (dj_words_any(c->words, kinds[k].words, n_words(k)))
			return c->type == DJ_COL_TEXT || !worded(k) ? k : NOTHING;
	return NOTHING;
}

/* ---- By values ---- */

typedef struct shares {
	double n, mail, phone, nine, sin, length, card, postal, ip, profile, person, mentions;
} shares;

static shares count_kinds(const dj_tally *t)
{
	shares s = {0};

	for (size_t i = 0; i < t->slots; i++) {
		uint32_t k = t->slot[i].kinds;
		if (!t->slot[i].count)
			continue;
		s.n++;
		s.mail += (k & DJ_KIND_EMAIL) != 0;
		s.phone += (k & DJ_KIND_PHONE) != 0;
		s.nine += (k & DJ_KIND_NINE) != 0;
		s.sin += (k & DJ_KIND_SIN) != 0;
		s.length += (k & DJ_KIND_LONG) != 0;
		s.card += (k & DJ_KIND_CARD) != 0;
		s.postal += (k & DJ_KIND_POSTAL) != 0;
		s.ip += (k & DJ_KIND_IP) != 0;
		s.profile += (k & DJ_KIND_PROFILE) != 0;
		s.person += (k & DJ_KIND_PERSON) != 0;
		s.mentions += (k & (DJ_KIND_EMAIL_IN | DJ_KIND_PHONE_IN | DJ_KIND_PROFILE)) != 0;
	}
	return s;
}

/* One in ten numbers passes a check digit by chance: nearly all must, and several. */
static kind by_values(const shares *s)
{
	const double half = s->n / 2;

	if (s->n < 2 || s->n == 0)
		return NOTHING;
	if (s->mail >= half)
		return MAILS;
	if (s->phone >= half)
		return PHONES;
	if (s->nine >= 5 && s->nine >= 0.9 * s->n && s->sin >= 0.9 * s->nine)
		return SINS;
	if (s->length >= 5 && s->length >= 0.9 * s->n && s->card >= 0.9 * s->length)
		return CARDS;
	if (s->postal >= 3 && s->postal >= half)
		return POSTAL;
	if (s->ip >= 3 && s->ip >= 0.8 * s->n)
		return ADDRESSES;
	if (s->profile >= half)
		return PROFILES;
	if (s->mentions + s->mail + s->phone >= 3 && s->mentions + s->mail + s->phone >= s->n / 100)
		return MENTIONS;
	return NOTHING;
}

/* A column "name" is of people where most values are two to four capitalised words and its name or its neighbours say so. */
static bool names_people(const dj_profile *c, const shares *s, bool among_people)
{
	if (c->type != DJ_COL_TEXT || s->n < 3 || s->person < 0.8 * s->n ||
	    !DJ_WORDS(c->words, "name", "nom", "names", "noms", "person", "personne", "owner", "contact",
	              "victim", "victime", "suspect", "client", "customer", "employee", "auteur"))
		return false;
	return among_people || DJ_WORDS(c->words, "person", "personne", "owner", "contact", "victim", "victime",
	                                "suspect", "client", "customer", "employee", "auteur");
}

static bool fills_role(const dj_look *l, const char *column)
{
	const dj_table_spec *t = l->table->spec;

	for (size_t m = 0; t && m < t->n_mappings; m++)
		for (size_t p = 0; p < t->mapping[m].n; p++)
			if (strcmp(t->mapping[m].pair[p].column, column) == 0)
				return true;
	return false;
}

/* ---- Saying so ---- */

static void say(dj_look *l, const kind *found, dj_sensitivity advice, bool declared)
{
	const dj_profile **group = dj_arena_alloc(l->a, l->n_columns, sizeof *group);
	const char        *en[KINDS], *fr[KINDS], *word = dj_sensitivity_name(advice);
	bool               told[KINDS] = {false};
	size_t             n = 0, n_kinds = 0;
	dj_rows            rows = {0};

	for (size_t i = 0; i < l->n_columns; i++) {
		const dj_profile *c = &l->column[i];
		if (!found[i] || kinds[found[i]].advice != advice || c->sensitivity_said != declared)
			continue;
		group[n++] = c;
		rows.n = c->filled > rows.n ? c->filled : rows.n;
		if (told[found[i]])
			continue;
		told[found[i]] = true;
		en[n_kinds] = kinds[found[i]].en;
		fr[n_kinds++] = kinds[found[i]].fr;
	}
	if (!n)
		return;
	char  *list = dj_text_list(en, n_kinds);
	dj_buf french = {0};
	for (size_t i = 0; i < n_kinds; i++)
		dj_buf_fmt(&french, "%s%s", i == 0 ? "" : i + 1 == n_kinds ? " et " : ", ", fr[i]);
	if (declared)
		dj_note(
		    l, "declared-none", group, n, &rows,
		    dj_arena_fmt(
		        l->a,
		        "dataset.json says \"sensitivity\": \"none\" here, but the column looks like it holds %s. Look at it "
		        "again; \"%s\" keeps it out of what leaves.",
		        list, word),
		    dj_arena_fmt(
		        l->a,
		        "dataset.json dit ici \"sensitivity\": \"none\", mais la colonne semble contenir %s. À revoir; "
		        "\"%s\" la garde hors de ce qui sort.",
		        french.data, word));
	else
		dj_note(
		    l, "personal-data", group, n, &rows,
		    dj_arena_fmt(
		        l->a,
		        "Looks like personal data: %s. Say \"sensitivity\": \"%s\" of it in dataset.json, or leave out what you "
		        "do not need.",
		        list, word),
		    dj_arena_fmt(
		        l->a,
		        "Semble personnel : %s. Dites \"sensitivity\": \"%s\" dans dataset.json, ou retirez ce dont vous "
		        "n’avez pas besoin.",
		        french.data, word));
	dj_buf_free(&french);
	free(list);
}

void dj_check_personal(dj_look *l)
{
	kind   *found = dj_alloc_zero(l->n_columns + 1, sizeof *found);
	shares *share = dj_alloc_zero(l->n_columns + 1, sizeof *share);
	bool    among_people = false;

	for (size_t i = 0; i < l->n_columns; i++) {
		const dj_profile *c = &l->column[i];
		share[i] = count_kinds(&c->values);
		if (!c->filled || c->type == DJ_COL_REAL || c->type == DJ_COL_BOOLEAN)
			continue;
		found[i] = by_values(&share[i]);
		if (!found[i] || found[i] == MENTIONS)
			found[i] = by_name(c) ? by_name(c) : found[i];
		among_people = among_people || (found[i] && found[i] != MENTIONS && found[i] != POSTAL);
	}
	for (size_t i = 0; i < l->n_columns; i++) {
		dj_profile *c = &l->column[i];
		if (!found[i] && names_people(c, &share[i], among_people))
			found[i] = NAMES;
		if (c->sensitivity != DJ_SENSITIVITY_NONE || (!c->sensitivity_said && fills_role(l, c->name)))
			found[i] = NOTHING; /* it is said already */
		c->hidden = c->hidden || found[i];
	}
	for (int declared = 0; declared < 2; declared++) {
		say(l, found, DJ_SENSITIVITY_DIRECT, declared);
		say(l, found, DJ_SENSITIVITY_QUASI, declared);
	}
	free(found);
	free(share);
}
