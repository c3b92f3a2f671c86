WITH met AS (
  SELECT 'shown' AS step, unnest(flows_shown) AS flow, * FROM $FILES WHERE environment = 'production'
  UNION ALL BY NAME
  SELECT 'started' AS step, unnest(flows_started) AS flow, * FROM $FILES WHERE environment = 'production'
  UNION ALL BY NAME
  SELECT 'completed' AS step, unnest(flows_completed) AS flow, * FROM $FILES WHERE environment = 'production'
  UNION ALL BY NAME
  SELECT 'dismissed' AS step, unnest(flows_dismissed) AS flow, * FROM $FILES WHERE environment = 'production'
), people AS (
  SELECT flow, flow_kinds[flow] AS kind, step, flow_variants[flow] AS variant, person_key,
    count(*) AS n_sessions, count(closed_at) AS n_closed, sum(n_shown) AS n_shown,
    sum(n_answered) AS n_answered, count(rating) AS n_rated,
    count(*) FILTER (rating = 'positive') AS positive,
    count(*) FILTER (rating = 'neutral') AS neutral,
    count(*) FILTER (rating = 'negative') AS negative
  FROM met
  WHERE rated_at IS NULL OR flow_seconds[flow] IS NULL
    OR epoch(rated_at) - epoch(opened_at) + 1 >= flow_seconds[flow]
  GROUP BY ALL
)
SELECT flow, kind, step, variant, sum(n_sessions), sum(n_closed), sum(n_shown), sum(n_answered),
  sum(n_rated), sum(positive), sum(neutral), sum(negative), count(*) FILTER (n_rated > 0),
  sum(n_rated * n_rated), sum(n_rated * positive), sum(n_rated * neutral),
  sum(n_rated * negative), sum(positive * positive), sum(neutral * neutral),
  sum(negative * negative)
FROM people GROUP BY ALL;
WITH met AS (
  SELECT 'shown' AS step, unnest(flows_shown) AS flow, * FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL
  UNION ALL BY NAME
  SELECT 'started' AS step, unnest(flows_started) AS flow, * FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL
  UNION ALL BY NAME
  SELECT 'completed' AS step, unnest(flows_completed) AS flow, * FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL
  UNION ALL BY NAME
  SELECT 'dismissed' AS step, unnest(flows_dismissed) AS flow, * FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL
  UNION ALL BY NAME
  SELECT '' AS step, '' AS flow, * FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL
)
SELECT flow, step, flow_variants[flow] AS variant, use_case, is_new,
  count(*) FILTER (rating = 'positive'), count(*) FILTER (rating = 'neutral'),
  count(*) FILTER (rating = 'negative')
FROM met GROUP BY ALL;
SELECT use_case, count(*) FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL
GROUP BY use_case;
WITH people AS (
  SELECT person_key, count(*) AS n_sessions, count(closed_at) AS n_closed, sum(n_shown) AS n_shown,
    sum(n_answered) AS n_answered, count(rating) AS n_rated,
    count(rating) FILTER (closed_at IS NOT NULL) AS n_rated_closed,
    count(*) FILTER (is_unasked) AS n_unasked,
    count(*) FILTER (rating = 'positive') AS positive,
    count(*) FILTER (rating = 'neutral') AS neutral,
    count(*) FILTER (rating = 'negative') AS negative
  FROM $FILES WHERE environment = 'production' GROUP BY person_key
)
SELECT sum(n_sessions), sum(n_closed), sum(n_shown), sum(n_answered), sum(n_rated),
  sum(n_rated_closed), sum(n_unasked), sum(positive), sum(neutral), sum(negative),
  count(*) FILTER (n_rated > 0), sum(n_rated * n_rated),
  sum(n_rated * positive), sum(n_rated * neutral), sum(n_rated * negative),
  sum(positive * positive), sum(neutral * neutral), sum(negative * negative)
FROM people
;
SELECT labels['onboarding'] AS arm, count(*), count(*) FILTER (len(flows_shown) > 0) FROM $FILES
WHERE environment = 'production' AND labels['onboarding'] IS NOT NULL GROUP BY arm;
WITH people AS (
  SELECT labels['onboarding'] AS arm, person_key, count(*) AS n_sessions,
    count(closed_at) AS n_closed, sum(n_shown) AS n_shown,
    sum(n_answered) AS n_answered, count(rating) AS n_rated,
    count(rating) FILTER (closed_at IS NOT NULL) AS n_rated_closed,
    count(*) FILTER (is_unasked) AS n_unasked,
    count(*) FILTER (rating = 'positive') AS positive,
    count(*) FILTER (rating = 'neutral') AS neutral,
    count(*) FILTER (rating = 'negative') AS negative
  FROM $FILES WHERE environment = 'production' GROUP BY ALL
)
SELECT arm, sum(n_sessions), sum(n_closed), sum(n_shown), sum(n_answered), sum(n_rated),
  sum(n_rated_closed), sum(n_unasked), sum(positive), sum(neutral), sum(negative),
  count(*) FILTER (n_rated > 0), sum(n_rated * n_rated),
  sum(n_rated * positive), sum(n_rated * neutral), sum(n_rated * negative),
  sum(positive * positive), sum(neutral * neutral), sum(negative * negative)
FROM people GROUP BY arm
;
SELECT labels['capability'] AS arm, count(*), count(*) FILTER (len(flows_shown) > 0) FROM $FILES
WHERE environment = 'production' AND labels['capability'] IS NOT NULL GROUP BY arm;
WITH people AS (
  SELECT labels['capability'] AS arm, person_key, count(*) AS n_sessions,
    count(closed_at) AS n_closed, sum(n_shown) AS n_shown,
    sum(n_answered) AS n_answered, count(rating) AS n_rated,
    count(rating) FILTER (closed_at IS NOT NULL) AS n_rated_closed,
    count(*) FILTER (is_unasked) AS n_unasked,
    count(*) FILTER (rating = 'positive') AS positive,
    count(*) FILTER (rating = 'neutral') AS neutral,
    count(*) FILTER (rating = 'negative') AS negative
  FROM $FILES WHERE environment = 'production' GROUP BY ALL
)
SELECT arm, sum(n_sessions), sum(n_closed), sum(n_shown), sum(n_answered), sum(n_rated),
  sum(n_rated_closed), sum(n_unasked), sum(positive), sum(neutral), sum(negative),
  count(*) FILTER (n_rated > 0), sum(n_rated * n_rated),
  sum(n_rated * positive), sum(n_rated * neutral), sum(n_rated * negative),
  sum(positive * positive), sum(neutral * neutral), sum(negative * negative)
FROM people GROUP BY arm;
WITH shown AS (
  SELECT unnest(flows_shown) AS flow, person_key, rating, flow_seconds,
    epoch(rated_at) - epoch(opened_at) + 1 AS rated_s
  FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL
), one AS (
  SELECT flow, person_key, count(*) AS m, count(*) FILTER (rating = 'positive') AS positive,
    count(*) FILTER (rating = 'neutral') AS neutral,
    count(*) FILTER (rating = 'negative') AS negative
  FROM shown WHERE flow_seconds[flow] IS NULL OR rated_s >= flow_seconds[flow] GROUP BY ALL
), every AS (
  SELECT person_key, count(*) AS m, count(*) FILTER (rating = 'positive') AS positive,
    count(*) FILTER (rating = 'neutral') AS neutral,
    count(*) FILTER (rating = 'negative') AS negative
  FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL GROUP BY ALL
)
SELECT flow, count(*) FILTER (one.m = every.m), sum(one.m * (2 * every.m - one.m)),
  sum(every.m * every.positive - (every.m - one.m) * (every.positive - one.positive)),
  sum(every.m * every.neutral - (every.m - one.m) * (every.neutral - one.neutral)),
  sum(every.m * every.negative - (every.m - one.m) * (every.negative - one.negative)),
  sum(one.positive * (2 * every.positive - one.positive)),
  sum(one.neutral * (2 * every.neutral - one.neutral)),
  sum(one.negative * (2 * every.negative - one.negative))
FROM one JOIN every USING (person_key) GROUP BY flow
