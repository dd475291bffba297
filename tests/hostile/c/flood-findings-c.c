/* verdict: OUTPUT-LIMIT; says: findings: used 100001 */
static void run(dj_jam *jam)
{
	dj_query *q = dj_select(jam, "SELECT to_account, list(_row) FROM transactions WHERE to_account = 'A1'");

	dj_next(q);
	for (;;)
		dj_finding(jam, .title = "A lead", .score = 0.5, .subjects = {{"account", dj_text(q, 0)}}, .evidence = dj_row_list(q, 1));
}
