/* dataset.json of the made datasets: what a person reads about them, and which column is what (store/manifest.h). */
#include "base/mem.h"
#include "generate/world.h"

#define COMMON                                         \
	"  \"licence\": \"CC0-1.0\",\n"                    \
	"  \"source\": \"datajam generate first-look\",\n" \
	"  \"date\": \"2025-01-15\",\n"                    \
	"  \"made\": true,\n"

static const char bank[] =
    "{\n"
    "  \"format\": 1,\n"
    "  \"name\": \"bank\",\n"
    "  \"title\": {\"en\": \"A made bank\", \"fr\": \"Une banque inventée\"},\n"
    "  \"description\": {\n"
    "    \"en\": \"Accounts and payments of half a year, made from seed %llu. No person, account or shop in it exists.\",\n"
    "    \"fr\": \"Comptes et paiements de six mois, fabriqués avec la graine %llu. Aucune personne, aucun compte, aucun "
    "commerce n'y est réel.\"\n"
    "  },\n"
    "  \"caveat\": {\n"
    "    \"en\": \"Made data: what a plugin finds here says nothing about how often it happens. Some rows are doubled and "
    "some cells are missing, on purpose.\",\n"
    "    \"fr\": \"Données inventées : ce qu'un module y trouve ne dit rien de la fréquence réelle. Des lignes sont en "
    "double et des cellules manquent, exprès.\"\n"
    "  },\n" COMMON "  \"tables\": [\n"
    "    {\n"
    "      \"name\": \"accounts\",\n"
    "      \"source\": \"accounts.csv\",\n"
    "      \"roles\": {\n"
    "        \"accounts\": {\"account\": \"account\", \"owner\": \"owner\", \"bank\": \"bank\", \"type\": \"type\",\n"
    "                     \"opened\": \"opened\", \"region\": \"region\"}\n"
    "      }\n"
    "    },\n"
    "    {\n"
    "      \"name\": \"transactions\",\n"
    "      \"source\": \"transactions.csv\",\n"
    "      \"roles\": {\n"
    "        \"transactions\": {\"transaction_id\": \"transaction_id\", \"at\": \"at\", \"from_account\": \"from_account\",\n"
    "                         \"to_account\": \"to_account\", \"amount\": \"amount\", \"currency\": \"currency\",\n"
    "                         \"channel\": \"channel\", \"purpose\": \"purpose\", \"place\": \"place\"}\n"
    "      }\n"
    "    }\n"
    "  ]\n"
    "}\n";

static const char reports[] =
    "{\n"
    "  \"format\": 1,\n"
    "  \"name\": \"reports\",\n"
    "  \"title\": {\"en\": \"Made incident reports\", \"fr\": \"Signalements inventés\"},\n"
    "  \"description\": {\n"
    "    \"en\": \"Reported incidents in Canadian towns, 2021 to 2024, made from seed %llu. None of them happened.\",\n"
    "    \"fr\": \"Incidents signalés dans des villes du Canada, de 2021 à 2024, fabriqués avec la graine %llu. Aucun n'a eu "
    "lieu.\"\n"
    "  },\n"
    "  \"caveat\": {\n"
    "    \"en\": \"Made data. As in true registers, reports without an address stand at the middle of their town, and "
    "some services enter a month's reports on one day.\",\n"
    "    \"fr\": \"Données inventées. Comme dans les vrais registres, un signalement sans adresse est placé au centre de la "
    "ville, et certains services saisissent un mois entier le même jour.\"\n"
    "  },\n" COMMON "  \"tables\": [\n"
    "    {\n"
    "      \"name\": \"incidents\",\n"
    "      \"source\": \"incidents.csv\",\n"
    "      \"roles\": {\n"
    "        \"incidents\": {\"incident\": \"incident\", \"date\": \"date\", \"n\": \"n\", \"type\": \"type\",\n"
    "                      \"region\": \"region\", \"place\": \"place\", \"lat\": \"lat\", \"lon\": \"lon\"}\n"
    "      }\n"
    "    }\n"
    "  ]\n"
    "}\n";

static const char places[] =
    "{\n"
    "  \"format\": 1,\n"
    "  \"name\": \"places\",\n"
    "  \"title\": {\"en\": \"Some towns and the provinces of Canada\", \"fr\": \"Des villes et les provinces du Canada\"},\n"
    "  \"description\": {\n"
    "    \"en\": \"Towns that the made datasets of first-look speak of, and provinces and territories with their population "
    "of 2021.\",\n"
    "    \"fr\": \"Les villes dont parlent les données inventées de first-look, et les provinces et territoires avec leur "
    "population de 2021.\"\n"
    "  },\n"
    "  \"caveat\": {\n"
    "    \"en\": \"The towns are true, but a choice of some fifty; coordinates are of their centres.\",\n"
    "    \"fr\": \"Les villes sont vraies, mais choisies, une cinquantaine; les coordonnées sont celles de leur centre.\"\n"
    "  },\n" COMMON "  \"tables\": [\n"
    "    {\n"
    "      \"name\": \"places\",\n"
    "      \"source\": \"places.csv\",\n"
    "      \"roles\": {\n"
    "        \"places\": {\"place\": \"place\", \"name\": \"name\", \"region\": \"region\", \"lat\": \"lat\", \"lon\": "
    "\"lon\",\n"
    "                   \"type\": \"type\"}\n"
    "      }\n"
    "    },\n"
    "    {\n"
    "      \"name\": \"regions\",\n"
    "      \"source\": \"regions.csv\",\n"
    "      \"roles\": {\n"
    "        \"regions\": {\"region\": \"region\", \"name\": \"name\", \"name_fr\": \"name_fr\", \"level\": \"level\",\n"
    "                    \"population\": \"population\", \"lat\": \"lat\", \"lon\": \"lon\"}\n"
    "      }\n"
    "    }\n"
    "  ]\n"
    "}\n";

char *dj_manifest_of_bank(uint64_t seed)
{
	return dj_fmt(bank, (unsigned long long)seed, (unsigned long long)seed);
}

char *dj_manifest_of_reports(uint64_t seed)
{
	return dj_fmt(reports, (unsigned long long)seed, (unsigned long long)seed);
}

char *dj_manifest_of_places(void)
{
	return dj_strdup(places);
}
