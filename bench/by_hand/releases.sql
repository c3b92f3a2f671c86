WITH people AS (
  SELECT release, person_key, count(*) AS n_sessions,
    count(closed_at) AS n_closed, sum(n_shown) AS n_shown,
    sum(n_answered) AS n_answered, count(rating) AS n_rated,
    count(rating) FILTER (closed_at IS NOT NULL) AS n_rated_closed,
    count(*) FILTER (is_unasked) AS n_unasked,
    count(*) FILTER (rating = 'positive') AS positive,
    count(*) FILTER (rating = 'neutral') AS neutral,
    count(*) FILTER (rating = 'negative') AS negative
  FROM $FILES WHERE environment = 'production' GROUP BY ALL
)
SELECT release, sum(n_sessions), sum(n_closed), sum(n_shown), sum(n_answered), sum(n_rated),
  sum(n_rated_closed), sum(n_unasked), sum(positive), sum(neutral), sum(negative),
  count(*) FILTER (n_rated > 0), sum(n_rated * n_rated),
  sum(n_rated * positive), sum(n_rated * neutral), sum(n_rated * negative),
  sum(positive * positive), sum(neutral * neutral), sum(negative * negative)
FROM people GROUP BY release;
SELECT release, day, count(*) FROM $FILES WHERE environment = 'production' GROUP BY ALL;
SELECT release, use_case, is_new, count(*) FILTER (rating = 'positive'),
  count(*) FILTER (rating = 'neutral'), count(*) FILTER (rating = 'negative')
FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL GROUP BY ALL;
WITH people AS (
  SELECT release, person_key, count(*) AS m, count(*) FILTER (rating = 'positive') AS positive,
    count(*) FILTER (rating = 'neutral') AS neutral,
    count(*) FILTER (rating = 'negative') AS negative
  FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL GROUP BY ALL
)
SELECT a.release, b.release, count(*), sum(a.m * b.m), sum(a.positive * b.m),
  sum(a.neutral * b.m), sum(a.negative * b.m), sum(a.m * b.positive), sum(a.m * b.neutral),
  sum(a.m * b.negative), sum(a.positive * b.positive), sum(a.neutral * b.neutral),
  sum(a.negative * b.negative)
FROM people a JOIN people b USING (person_key)
WHERE (a.release, b.release) IN (
  SELECT (lag(release) OVER (ORDER BY first), release) FROM (
    SELECT release, min(day) AS first FROM $FILES WHERE environment = 'production' GROUP BY release
  )
)
GROUP BY ALL
