FROM base
RUN mkfifo /p && (sleep 100000 & cat /p) | grep x
