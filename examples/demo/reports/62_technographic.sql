-- What customers use, by the user agents of their events; nothing where the log has no events.
CREATE TEMP TABLE tech AS SELECT * FROM segments.technographic WHERE n > 0;
SELECT count(*) > 0 AS has_devices FROM tech \gset
\if :has_devices
SELECT title('Devices', format('%s with %s on %s', counted(count(*), 'customer'), counted(sum(n)::bigint, 'event'), counted(sum(devices)::bigint, 'device'))) FROM tech;
SELECT paint('    main device  customers            share  mobile first  high savviness  main system', '2');
SELECT format('    %s %10s  %s%8s %13s %15s  %s', fit(device_class, 11), number(count(*)), paint(bar(count(*) / sum(count(*)) OVER ()::double precision, 7), '36'),
    percent(count(*) / (sum(count(*)) OVER ())::double precision), percent(avg(is_mobile_first::integer)::double precision),
    percent(avg((savviness = 'high')::integer)::double precision), mode() WITHIN GROUP (ORDER BY main_os))
FROM tech GROUP BY device_class, device_class_rank ORDER BY device_class_rank;
\endif
