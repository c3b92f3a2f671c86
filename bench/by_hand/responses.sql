SELECT rating,
  CASE WHEN feedback_mean >= 0.625 THEN 'good' WHEN feedback_mean >= 0.375 THEN 'mixed'
    WHEN feedback_mean IS NOT NULL THEN 'bad' END AS responses,
  coalesce(feedback_last < 0.5, false), n_down > 0, n_errors > 0, n_handovers > 0, n_user > 10,
  count(*)
FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL GROUP BY ALL;
SELECT rating, responses, session_id FROM (
  SELECT rating, session_id, opened_at,
    CASE WHEN feedback_mean >= 0.625 THEN 'good' WHEN feedback_mean >= 0.375 THEN 'mixed'
      ELSE 'bad' END AS responses
  FROM $FILES
  WHERE environment = 'production' AND rating IS NOT NULL AND n_feedback > 0
) QUALIFY row_number() OVER (
  PARTITION BY rating, responses ORDER BY opened_at DESC, session_id
) <= 5;
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
