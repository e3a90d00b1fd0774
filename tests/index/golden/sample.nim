proc open*(host: string): Socket =
  result = connect(host)

type Plug = object
  host: string
