WITH people AS (
  SELECT rating, person_key, count(*) AS m, count(*) FILTER (has_reason) AS y,
    min(day) FILTER (has_reason) AS first, max(day) FILTER (has_reason) AS last
  FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL GROUP BY rating, person_key
)
SELECT rating, count(*), sum(m), sum(y), sum(m * m), sum(m * y), sum(y * y), min(first), max(last)
FROM people GROUP BY rating;

SELECT epoch(opened_at) AS opened, reason, rating, person_key, session_id,
  opened_at >= TIMESTAMPTZ '2026-03-05' AS is_late
FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL AND reason IS NOT NULL
ORDER BY opened DESC, session_id LIMIT 10000
