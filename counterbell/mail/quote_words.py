"""The words by which mail programs introduce what they quote, and what telephones put under a mail; by language."""

import re

WROTE = (
    # what stands at the end of "On Monday, Ann ... :"
    "wrote|writes|has written|said|schrieb|hat geschrieben|hat folgendes geschrieben|a écrit|"
    "écrit|écrivait|escribió|escribio|ha escrito|va escriure|ha scritto|scrive|escreveu|escreve|schreef|"
    "het volgende geschreven|geschreven|skrev|skrev følgende|kirjoitti|napisał\\(a\\)|napisał|napisała|pisze|"
    "napsal\\(a\\)|napsal|napsala|napísal\\(a\\)|napísal|ezt írta|írta|a scris|написал\\(а\\)|написал|написала|"
    "пишет|написав|написала|пише|написа|έγραψε|yazdı|şunu yazdı|şunları yazdı|menulis|menulis pesan|menulis:|"
    "đã viết|viết|kirjutas|rakstīja|rašė|je napisao|je napisala|je napisao/la|je napisal/a|написао је|כתב|כתבה|"
    "כתב/ה|كتب|نوشت|เขียนว่า|写道|寫道|撰写|のメール|さんは書きました|作成|님이 작성|작성"
)

ON = (
    # what may stand before the date
    "on|at|am|le|el|il|em|op|den|dnia|em data de|a|dne|dňa|pe|la|на|в|в|ngày|vào|tanggal|pada tanggal|pada|"
    "il giorno|στις|tarihinde|在|el día|o dia|kl|kuupäeval|ב-?|בתאריך|في|vào lúc"
)

MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|mars|avr|juin|juil|août|déc|ene|"
    "abr|ago|dic|gen|mag|giu|lug|set|ott|fev|out|mrt|mei|maj|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru|led|úno|bře|"
    "dub|kvě|čer|srp|zář|říj|pro|янв|фев|мар|апр|ма|июн|июл|авг|сен|окт|ноя|дек|січ|лют|бер|кві|тра|чер|лип|сер|"
    "вер|жов|лис|гру|ian|iun|iul|agu|des|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu|"
    "oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara|thg|tháng"
)

FROM = "from|von|de|van|da|od|från|fra|lähettäjä|от|від|dari|kimden|feladó|từ|από|差出人|发件人|寄件者|보낸 사람|מאת|من"
SENT = (
    "sent|date|gesendet|datum|envoyé|envoyé le|date d'envoi|enviado|enviado el|enviada em|enviado em|fecha|data|"
    "verzonden|inviato|data invio|wysłano|skickat|sendt|dato|lähetetty|päivämäärä|дата|отправлено|надіслано|"
    "dikirim|terkirim|tanggal|gönderildi|gönderilme|tarih|odesláno|odoslané|dátum|elküldve|trimis|ngày|đã gửi|"
    "ημερομηνία|送信日時|日付|日期|发送时间|寄件日期|보낸 날짜|날짜|תאריך|נשלח|تاريخ"
)
TO = (
    "to|an|à|a|para|aan|do|till|til|vastaanottaja|кому|kepada|kime|komu|pro|címzett|către|đến|προς|宛先|收件人|"
    "받는 사람|אל|إلى"
)
SUBJECT = (
    "subject|betreff|objet|asunto|assunto|onderwerp|oggetto|temat|ämne|emne|aihe|тема|perihal|subjek|judul|konu|"
    "předmět|predmet|tárgy|subiect|chủ đề|tiêu đề|θέμα|件名|主题|主旨|제목|נושא|الموضوع"
)
OTHER = (
    "cc|bcc|kopie|copie|copia|cópia|kopia|копия|копія|tembusan|reply-to|répondre à|antwort an|responder a|"
    "rispondi a|risposta|importance|wichtigkeit|attachments|anlagen|pièces jointes|resent-from|resent-to|"
    "organization|抄送|副本|참조"
)

BEGINS = (
    # lines that say by themselves that another mail follows
    "original message|original appointment|forwarded message|begin forwarded message|reply message|original mail|"
    "forwarded by .*|ursprüngliche nachricht|originalnachricht|weitergeleitete nachricht|"
    "anfang der weitergeleiteten nachricht|message d'origine|message original|message transféré|"
    "début du message réexpédié|début du message transféré|courriel original|mensaje original|mensaje reenviado|"
    "inicio del mensaje reenviado|mensagem original|mensagem encaminhada|oorspronkelijk bericht|"
    "origineel bericht|doorgestuurd bericht|begin doorgestuurd bericht|messaggio originale|messaggio inoltrato|"
    "inizio messaggio inoltrato|wiadomość oryginalna|oryginalna wiadomość|wiadomość przekazana|"
    "ursprungligt meddelande|originalmeddelande|vidarebefordrat meddelande|vidarebefordrat brev|"
    "opprinnelig melding|videresendt melding|oprindelig meddelelse|videresendt meddelelse|alkuperäinen viesti|"
    "välitetty viesti|пересылаемое сообщение|исходное сообщение|переадресованное сообщение|"
    "оригинальное сообщение|пересланное сообщение|початкове повідомлення|pesan asli|pesan terusan|"
    "pesan yang diteruskan|orijinal mesaj|özgün ileti|iletilen mesaj|původní zpráva|přeposlaná zpráva|"
    "pôvodná správa|eredeti üzenet|továbbított üzenet|mesaj original|mesaj redirecționat|tin nhắn gốc|thư gốc|"
    "αρχικό μήνυμα|元のメッセージ|転送されたメッセージ|原始邮件|原始郵件|转发的邮件|轉寄的郵件|원본 메시지|"
    "원본 메일|전달된 메시지|ההודעה המקורית|הודעה שהועברה|الرسالة الأصلية"
)

DEVICES = (
    "iphone|ipad|ipod|apple watch|android|galaxy|samsung|huawei|xiaomi|redmi|oppo|vivo|pixel|nokia|motorola|htc|"
    "sony|xperia|oneplus|blackberry|windows|outlook|mailbox|mail|airmail|spark|gmail|yahoo|aol|gmx|web\\.de|"
    "proton\\w*|tutanota|k-9|thunderbird|mobile|phone|handy|mobil\\w*|smartphone|tablet\\w*|cell\\w*|device|"
    "computer|mac|telefon\\w*|téléphone|portable|teléfono|móvil|celular|telepon|ponsel|hp|gerät|appareil|"
    "dispositivo|perangkat"
)

SENT_FROM = (
    "sent|gesendet|versendet|envoyé|envoyé à partir|enviado|enviada|enviat|inviato|verzonden|verstuurd|wysłane|"
    "wysłano|skickat|skickades|sendt|lähetetty|отправлено|надіслано|dikirim|dikirimkan|terkirim|gönderildi|"
    "odesláno|odoslané|elküldve|küldve|trimis|được gửi|στάλθηκε|posted"
)

FROM_A = (
    "from|with|via|using|by|von|mit|über|depuis|de|à partir de|avec|desde|con|da|met|van|vanaf|dari|dengan|"
    "melalui|z|ze|från|med|fra|via|с|із|з|від|din|meu"
)
MY = "my|a|mein\\w*|mon|mi|mio|mijn|moje\\w*|min|mit|моего|мого|meu|saya|minu"

GET_APP = (
    r"get \[?outlook for|outlook für .{1,10} (?:beziehen|herunterladen)|(?:obtenir|télécharger) outlook pour|"
    r"obtener outlook para|dapatkan outlook untuk|downloaden? outlook|download outlook|scarica outlook"
)

PROVIDED = (
    r"从我的.{1,30}(?:发送|發送)|[從發发]自?我的.{1,30}(?:傳送|发送|發送|寄出)?|.{0,30}から送信(?:されました)?|"
    r".{0,30}에서 (?:보냄|보낸 메일)|iphone'?umdan gönderildi|.{0,20}(?:telefonumdan|tabletimden) gönderildi"
)


def alternatives(words: str) -> str:
    """The words as a group of a pattern, the longest first; each may be a pattern without groups."""
    return "(?:" + "|".join(sorted(words.split("|"), key=len, reverse=True)) + ")"


def pattern(text: str) -> re.Pattern[str]:
    """A pattern that does not care about upper and lower case."""
    return re.compile(text, re.IGNORECASE)
