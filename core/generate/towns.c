#include "generate/towns.h"

#include "generate/sheet.h"

static const dj_town towns[] = {
    {"st-johns", "St. John's", "St. John's", "10", 47561500, -52712600, 13327, 111},
    {"corner-brook", "Corner Brook", "Corner Brook", "10", 48950900, -57946000, 13694, 19},
    {"happy-valley-goose-bay", "Happy Valley-Goose Bay", "Happy Valley-Goose Bay", "10", 53301900, -60326700,
     15049, 8},
    {"charlottetown", "Charlottetown", "Charlottetown", "11", 46238200, -63131100, 13002, 39},
    {"summerside", "Summerside", "Summerside", "11", 46393400, -63790200, 13039, 16},
    {"halifax", "Halifax", "Halifax", "12", 44648800, -63575200, 12641, 439},
    {"sydney", "Sydney", "Sydney", "12", 46136800, -60194200, 12978, 30},
    {"truro", "Truro", "Truro", "12", 45366900, -63265400, 12801, 13},
    {"moncton", "Moncton", "Moncton", "13", 46087800, -64778200, 12967, 79},
    {"saint-john", "Saint John", "Saint John", "13", 45273300, -66063300, 12779, 70},
    {"fredericton", "Fredericton", "Fredericton", "13", 45963600, -66643100, 12938, 63},
    {"bathurst", "Bathurst", "Bathurst", "13", 47618100, -65651100, 13342, 12},
    {"montreal", "Montreal", "Montréal", "24", 45501900, -73567400, 12831, 1763},
    {"quebec", "Quebec City", "Québec", "24", 46813900, -71208000, 13141, 549},
    {"gatineau", "Gatineau", "Gatineau", "24", 45476500, -75701300, 12825, 291},
    {"sherbrooke", "Sherbrooke", "Sherbrooke", "24", 45404200, -71892900, 12809, 173},
    {"saguenay", "Saguenay", "Saguenay", "24", 48428000, -71068600, 13553, 144},
    {"trois-rivieres", "Trois-Rivières", "Trois-Rivières", "24", 46343000, -72542100, 13027, 139},
    {"rouyn-noranda", "Rouyn-Noranda", "Rouyn-Noranda", "24", 48239900, -79028800, 13503, 42},
    {"val-dor", "Val-d'Or", "Val-d'Or", "24", 48097500, -77797400, 13466, 33},
    {"toronto", "Toronto", "Toronto", "35", 43653200, -79383200, 12430, 2794},
    {"ottawa", "Ottawa", "Ottawa", "35", 45421500, -75697200, 12813, 1017},
    {"mississauga", "Mississauga", "Mississauga", "35", 43589000, -79644100, 12416, 718},
    {"hamilton", "Hamilton", "Hamilton", "35", 43255700, -79871100, 12348, 569},
    {"london", "London", "London", "35", 42984900, -81245300, 12294, 422},
    {"windsor", "Windsor", "Windsor", "35", 42314900, -83036400, 12162, 230},
    {"sudbury", "Greater Sudbury", "Grand Sudbury", "35", 46491700, -80993000, 13063, 166},
    {"barrie", "Barrie", "Barrie", "35", 44389400, -79690300, 12585, 148},
    {"thunder-bay", "Thunder Bay", "Thunder Bay", "35", 48380900, -89247700, 13540, 109},
    {"niagara-falls", "Niagara Falls", "Niagara Falls", "35", 43089600, -79084900, 12315, 94},
    {"kenora", "Kenora", "Kenora", "35", 49767000, -94489400, 13924, 15},
    {"winnipeg", "Winnipeg", "Winnipeg", "46", 49895100, -97138400, 13961, 750},
    {"brandon", "Brandon", "Brandon", "46", 49848500, -99950100, 13947, 51},
    {"thompson", "Thompson", "Thompson", "46", 55743500, -97855800, 15977, 13},
    {"saskatoon", "Saskatoon", "Saskatoon", "47", 52133200, -106670000, 14651, 266},
    {"regina", "Regina", "Regina", "47", 50445200, -104618900, 14122, 226},
    {"prince-albert", "Prince Albert", "Prince Albert", "47", 53203300, -105753100, 15014, 38},
    {"calgary", "Calgary", "Calgary", "48", 51044700, -114071900, 14304, 1307},
    {"edmonton", "Edmonton", "Edmonton", "48", 53546100, -113493800, 15136, 1011},
    {"red-deer", "Red Deer", "Red Deer", "48", 52268100, -113811200, 14696, 101},
    {"lethbridge", "Lethbridge", "Lethbridge", "48", 49695600, -112845100, 13903, 98},
    {"fort-mcmurray", "Fort McMurray", "Fort McMurray", "48", 56726700, -111379000, 16392, 68},
    {"grande-prairie", "Grande Prairie", "Grande Prairie", "48", 55170700, -118794700, 15746, 64},
    {"vancouver", "Vancouver", "Vancouver", "59", 49282700, -123120700, 13786, 662},
    {"surrey", "Surrey", "Surrey", "59", 49191300, -122849000, 13761, 568},
    {"kelowna", "Kelowna", "Kelowna", "59", 49888000, -119496000, 13958, 145},
    {"victoria", "Victoria", "Victoria", "59", 48428400, -123365600, 13553, 92},
    {"prince-george", "Prince George", "Prince George", "59", 53917100, -122749700, 15270, 77},
    {"prince-rupert", "Prince Rupert", "Prince Rupert", "59", 54315000, -130320900, 15417, 12},
    {"whitehorse", "Whitehorse", "Whitehorse", "60", 60721200, -135056800, 18389, 28},
    {"yellowknife", "Yellowknife", "Yellowknife", "61", 62454000, -114371800, 19446, 20},
    {"iqaluit", "Iqaluit", "Iqaluit", "62", 63746700, -68517000, 20331, 7},
};

/* Statistics Canada, 2021 Census of Population: population and dwelling counts. */
static const dj_province provinces[] = {
    {"10", "Newfoundland and Labrador", "Terre-Neuve-et-Labrador", 510550, 52600000, -59700000},
    {"11", "Prince Edward Island", "Île-du-Prince-Édouard", 154331, 46400000, -63200000},
    {"12", "Nova Scotia", "Nouvelle-Écosse", 969383, 45100000, -63200000},
    {"13", "New Brunswick", "Nouveau-Brunswick", 775610, 46600000, -66400000},
    {"24", "Quebec", "Québec", 8501833, 52500000, -71900000},
    {"35", "Ontario", "Ontario", 14223942, 50000000, -86000000},
    {"46", "Manitoba", "Manitoba", 1342153, 54900000, -97400000},
    {"47", "Saskatchewan", "Saskatchewan", 1132505, 54400000, -105900000},
    {"48", "Alberta", "Alberta", 4262635, 55200000, -114500000},
    {"59", "British Columbia", "Colombie-Britannique", 5000879, 54800000, -124800000},
    {"60", "Yukon", "Yukon", 40232, 63600000, -135500000},
    {"61", "Northwest Territories", "Territoires du Nord-Ouest", 41070, 66400000, -119000000},
    {"62", "Nunavut", "Nunavut", 36858, 70400000, -86800000},
};

const dj_town *dj_towns(size_t *n)
{
	*n = sizeof towns / sizeof *towns;
	return towns;
}

const dj_province *dj_provinces(size_t *n)
{
	*n = sizeof provinces / sizeof *provinces;
	return provinces;
}

static int write_places(const char *folder, dj_err *err)
{
	dj_sheet s;
	int      rc = dj_sheet_open(&s, folder, "places.csv", "place,name,name_fr,region,lat,lon,type", err);

	for (size_t i = 0; rc == DJ_OK && i < sizeof towns / sizeof *towns; i++) {
		const dj_town *t = &towns[i];

		dj_sheet_text(&s, t->id);
		dj_sheet_text(&s, t->name);
		dj_sheet_text(&s, t->name_fr);
		dj_sheet_text(&s, t->region);
		dj_sheet_fixed(&s, t->lat, 6);
		dj_sheet_fixed(&s, t->lon, 6);
		dj_sheet_text(&s, t->weight >= 100 ? "city" : "town");
		dj_sheet_end(&s);
	}
	return dj_sheet_close(&s, rc, err);
}

static int write_regions(const char *folder, dj_err *err)
{
	dj_sheet s;
	int rc = dj_sheet_open(&s, folder, "regions.csv", "region,name,name_fr,level,population,lat,lon", err);

	for (size_t i = 0; rc == DJ_OK && i < sizeof provinces / sizeof *provinces; i++) {
		const dj_province *p = &provinces[i];

		dj_sheet_text(&s, p->code);
		dj_sheet_text(&s, p->name);
		dj_sheet_text(&s, p->name_fr);
		dj_sheet_text(&s, "province");
		dj_sheet_integer(&s, p->population);
		dj_sheet_fixed(&s, p->lat, 6);
		dj_sheet_fixed(&s, p->lon, 6);
		dj_sheet_end(&s);
	}
	return dj_sheet_close(&s, rc, err);
}

int dj_towns_write(const char *folder, dj_err *err)
{
	int rc = write_places(folder, err);

	return rc < 0 ? rc : write_regions(folder, err);
}
