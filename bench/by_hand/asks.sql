WITH asked AS (
  SELECT person_key, unnest(asks) AS ask FROM $FILES
  WHERE environment = 'production' AND n_asks > 0
), each AS (
  SELECT person_key, ask.trigger AS trigger, ask.state AS state,
    ask.shown_at IS NOT NULL OR ask.state = 'answered' AS is_shown
  FROM asked
), people AS (
  SELECT trigger, person_key, count(*) AS granted, count(*) FILTER (is_shown) AS shown,
    count(*) FILTER (state = 'withdrawn') AS withdrawn,
    count(*) FILTER (state = 'expired') AS expired,
    count(*) FILTER (is_shown AND state = 'answered') AS answered,
    count(*) FILTER (is_shown AND state = 'dismissed') AS dismissed,
    count(*) FILTER (is_shown AND state = 'ignored') AS ignored
  FROM each GROUP BY ALL
)
SELECT trigger, count(*), count(*) FILTER (shown > 0), sum(granted), sum(granted * granted),
  sum(shown), sum(granted * shown), sum(shown * shown), sum(withdrawn), sum(granted * withdrawn),
  sum(withdrawn * withdrawn), sum(expired), sum(granted * expired), sum(expired * expired),
  sum(answered), sum(shown * answered), sum(answered * answered), sum(dismissed),
  sum(shown * dismissed), sum(dismissed * dismissed), sum(ignored), sum(shown * ignored),
  sum(ignored * ignored)
FROM people GROUP BY trigger;
SELECT trigger, round(answer_s * 10), count(*) FROM (
  SELECT unnest(asks).trigger AS trigger, unnest(asks).answer_s AS answer_s FROM $FILES
  WHERE environment = 'production' AND n_asks > 0
) WHERE answer_s <= 3600 GROUP BY ALL;
SELECT decision, count(*) FROM $FILES
WHERE environment = 'production' AND decision IS NOT NULL GROUP BY decision;
WITH size AS (
  SELECT greatest(1, count(decision) // 500000) AS one_in FROM $FILES
  WHERE environment = 'production'
), walk AS (
  SELECT person_key, drawn, opened_at, lead(opened_at) OVER person AS next_at,
    lead(rating) OVER person AS next_rating
  FROM $FILES, size WHERE environment = 'production' AND person_key % one_in = 0
  WINDOW person AS (PARTITION BY person_key ORDER BY opened_at, session_id)
), people AS (
  SELECT drawn, person_key, count(*) AS m,
    count(*) FILTER (next_at <= opened_at + INTERVAL 30 DAY) AS back,
    count(next_rating) FILTER (next_at <= opened_at + INTERVAL 30 DAY) AS rated,
    count(*) FILTER (next_at <= opened_at + INTERVAL 30 DAY AND next_rating = 'negative') AS negative
  FROM walk WHERE drawn IN ('asked', 'skipped_at_random')
    AND opened_at + INTERVAL 30 DAY <= (SELECT max(opened_at) FROM walk)
  GROUP BY ALL
)
SELECT drawn, count(*), sum(m), sum(back), sum(m * m), sum(m * back), sum(back * back),
  count(*) FILTER (rated > 0), sum(rated), sum(negative), sum(rated * rated),
  sum(rated * negative), sum(negative * negative)
FROM people GROUP BY drawn;
WITH size AS (
  SELECT greatest(1, count(decision) // 500000) AS one_in FROM $FILES
  WHERE environment = 'production'
), asked AS (
  SELECT person_key, unnest(asks) AS ask FROM $FILES, size
  WHERE environment = 'production' AND n_asks > 0 AND person_key % one_in = 0
), walk AS (
  SELECT person_key, ask.state AS state, lag(ask.state) OVER (
    PARTITION BY person_key ORDER BY ask.granted_at, ask.state
  ) AS before
  FROM asked WHERE (ask.shown_at IS NOT NULL OR ask.state = 'answered')
    AND ask.state IN ('answered', 'dismissed', 'ignored')
), people AS (
  SELECT before, person_key, count(*) AS m, count(*) FILTER (state = 'answered') AS y
  FROM walk WHERE before IS NOT NULL GROUP BY ALL
)
SELECT before, count(*), sum(m), sum(y), sum(m * m), sum(m * y), sum(y * y)
FROM people GROUP BY before
