# Runs the demo's server, fills the tenant, opens the window, and on Ctrl-C ends all of them in
# good order. Arguments: server, filler, window (empty without a display), address, data folder, port.
server_program=$1 filler=$2 window_program=$3 address=$4 data=$5 port=$6
server= window= filling= colleague= ending= failed=

end() {
    ending=yes
    for each in $window $filling $colleague $server; do
        kill -TERM "$each" 2>/dev/null
    done
}
trap end INT TERM HUP

"$server_program" serve &
server=$!

# The filler waits until the server is ready; it runs behind so that a signal is heard meanwhile.
"$filler" seed --server "$address" --data "$data" &
filling=$!
wait "$filling"
filled=$?
filling=
if [ "$filled" -ne 0 ] && [ -z "$ending" ]; then
    echo "The demo tenant could not be filled." >&2
    failed=yes
    end
fi

if [ -z "$ending" ] && [ -n "$window_program" ]; then
    "$window_program" &
    window=$!
    # Whoever tries the window is to see what happens when two people move the same card.
    "$filler" colleague --port "$port" --data "$data" &
    colleague=$!
fi

# A signal ends `wait` early, so it is repeated until the server is really gone.
wait "$server"
code=$?
while kill -0 "$server" 2>/dev/null; do
    wait "$server"
    code=$?
done
if [ -z "$ending" ]; then
    echo "The server ended by itself with $code." >&2
    end
    exit 1
fi
[ -n "$window" ] && wait "$window"
echo "The demo has ended."
[ -z "$failed" ]
