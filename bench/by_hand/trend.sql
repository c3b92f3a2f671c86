WITH people AS (
  SELECT date_trunc('week', day) AS week, person_key, count(*) AS n_sessions,
    count(closed_at) AS n_closed, sum(n_shown) AS n_shown,
    sum(n_answered) AS n_answered, count(rating) AS n_rated,
    count(rating) FILTER (closed_at IS NOT NULL) AS n_rated_closed,
    count(*) FILTER (is_unasked) AS n_unasked,
    count(*) FILTER (rating = 'positive') AS positive,
    count(*) FILTER (rating = 'neutral') AS neutral,
    count(*) FILTER (rating = 'negative') AS negative
  FROM $FILES WHERE environment = 'production' GROUP BY ALL
)
SELECT week, sum(n_sessions), sum(n_closed), sum(n_shown), sum(n_answered), sum(n_rated),
  sum(n_rated_closed), sum(n_unasked), sum(positive), sum(neutral), sum(negative),
  count(*) FILTER (n_rated > 0), sum(n_rated * n_rated),
  sum(n_rated * positive), sum(n_rated * neutral), sum(n_rated * negative),
  sum(positive * positive), sum(neutral * neutral), sum(negative * negative),
  sum(720720 * positive // greatest(n_rated, 1)), sum(720720 * neutral // greatest(n_rated, 1)),
  sum(720720 * negative // greatest(n_rated, 1)), sum((720720 * positive // greatest(n_rated, 1)) ** 2),
  sum((720720 * neutral // greatest(n_rated, 1)) ** 2), sum((720720 * negative // greatest(n_rated, 1)) ** 2)
FROM people GROUP BY week;
WITH size AS (
  SELECT greatest(1, ceil(count(*) / 2000000)::BIGINT) AS one_in FROM $FILES
  WHERE environment = 'production'
), met AS (
  SELECT person_key, date_trunc('week', day) AS week, min(day) AS first, max(day) AS last
  FROM $FILES, size WHERE environment = 'production' AND person_key % one_in = 0 GROUP BY ALL
), walk AS (
  SELECT week, last, lead(first) OVER (PARTITION BY person_key ORDER BY week) AS following FROM met
)
SELECT week, count(*), count(*) FILTER (following - last <= 30), max(last) FROM walk GROUP BY week
